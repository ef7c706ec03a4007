package dev.spindle.driver.cli;

import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.DisksJson;
import dev.spindle.driver.listing.DisksTable;
import dev.spindle.driver.listing.Fit;
import dev.spindle.driver.listing.FitScreen;
import dev.spindle.linux.FilesystemType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spindle disks}: every block device of this node, and what the driver makes of it. */
@Command(
    name = "disks",
    mixinStandardHelpOptions = true,
    header = "List every block device of this node: its state, and all reasons why it is not used.",
    description = {
      "",
      "Reads the disks themselves, beside a running driver or without; writes nothing. Below the"
          + " table are the filesystems that no volume can have here, for want of programs or of"
          + " the kernel's support. What a running driver found its kernel not to mount, only that"
          + " driver knows.",
      ""
    },
    sortOptions = false)
final class DisksCommand implements Callable<Integer> {
  private final Console console;

  @Mixin OutputOption output = new OutputOption();

  @Option(
      names = "--fits",
      paramLabel = "SIZE",
      description =
          "Ask whether a volume of this size could be made here, and why not. Its filesystem is"
              + " the one that --param asks for, or ext4.")
  @Nullable String fits;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "With --fits: a StorageClass parameter, as diskType=ssd. May be repeated.")
  Map<String, String> parameters = new LinkedHashMap<>();

  @Mixin PolicyOptions policy = new PolicyOptions();

  DisksCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    String text = fits == null ? listing() : fitting(fits);
    console.out().print(text);
    console.out().flush();
    return 0;
  }

  private String listing() throws IOException {
    if (!parameters.isEmpty()) {
      throw new BadUsage("--param is for --fits");
    }
    List<Examined> disks = Wiring.look(policy.policy());
    return output.json()
        ? DisksJson.print(disks)
        : DisksTable.print(disks) + DisksTable.unavailable(Wiring.filesystems());
  }

  private String fitting(String size) throws IOException {
    long bytes = PolicyOptions.size("--fits", size);
    ClassParameters asked;
    try {
      asked = ClassParameters.parse(parameters);
      var unused = asked.mkfsOptions(asked.filesystem().orElse(FilesystemType.EXT4));
    } catch (IllegalArgumentException refused) {
      throw new BadUsage(String.valueOf(refused.getMessage()));
    }
    Fit fit = Fit.of(Wiring.look(policy.policy()), bytes, asked, Wiring.filesystems());
    return output.json() ? FitScreen.json(fit) : FitScreen.text(fit);
  }
}
