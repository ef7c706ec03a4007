package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The program of the distribution, as a person or a script runs it. */
final class Spindle {
  private static final long PATIENCE_SECONDS = 60;

  private Spindle() {}

  /** How a run ended. */
  record Ended(int status, String out, String err) {}

  /** The program with arguments, without what a developer has set for it. */
  static ProcessBuilder program(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Checkout.spindle().toString());
    command.addAll(arguments);
    ProcessBuilder program = new ProcessBuilder(command);
    program
        .environment()
        .keySet()
        .removeIf(
            name ->
                (name.startsWith("SPINDLE_") && !name.equals("SPINDLE_JAVA_FLAGS"))
                    || name.equals("CSI_ENDPOINT")
                    || name.equals("NODE_NAME"));
    return program;
  }

  /** Runs it to its end. */
  static Ended run(List<String> arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("spindle-", ".out");
    Path err = Files.createTempFile("spindle-", ".err");
    try {
      Process process =
          program(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
      assertThat(ended).as("spindle %s ends: %s", arguments, Files.readString(err)).isTrue();
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The disks of a site as {@code spindle disks -o json} shows them. */
  static List<Tree> disks(Site site) throws IOException, InterruptedException {
    return list(site, "disks").stream()
        .filter(disk -> site.disks().contains(disk.at("path").text()))
        .toList();
  }

  /** The volumes of a site as {@code spindle volumes -o json} shows them. */
  static List<Tree> volumes(Site site) throws IOException, InterruptedException {
    return list(site, "volumes");
  }

  private static List<Tree> list(Site site, String command)
      throws IOException, InterruptedException {
    Ended listing = run(site.command(command, "-o", "json"));
    assertThat(listing.status()).as(listing.err()).isZero();
    // Every JSON document is a YAML document.
    return new Tree(new Yaml(new SafeConstructor(new LoaderOptions())).load(listing.out())).items();
  }
}
