package dev.spindle.driver.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How a command that writes to a disk at a person's word talks with that person: it shows first,
 * and does nothing until what it asked for is given back.
 */
final class Asking {
  @Parameters(paramLabel = "DEVICE", description = "The disk: /dev/sdb, or any name of it.")
  String device = "";

  @Option(
      names = "--confirm",
      paramLabel = "ANSWER",
      description = "Do it: the answer that was asked for.")
  @Nullable String confirm;

  private final Console console;

  Asking(Console console) {
    this.console = console;
  }

  /** What is done once the answer is right. */
  @FunctionalInterface
  interface Work {
    /** Does it. */
    void run() throws IOException;
  }

  /**
   * The disk's node, or a name of it.
   *
   * @throws BadUsage if it is no name of a disk
   */
  Path path() {
    if (!device.startsWith("/dev/")) {
      throw new BadUsage("a disk's name starts with /dev/: " + device);
    }
    return Path.of(device);
  }

  /**
   * Shows and asks, or does it.
   *
   * @return the exit status: 1 where nothing was done
   * @throws IOException if the answer is another, or the work fails
   */
  int ask(String screen, String answer, Work work) throws IOException {
    if (confirm == null) {
      console.out().println(screen);
      console.out().println("To do it, give the same command with --confirm " + quoted(answer));
      console.out().flush();
      return 1;
    }
    if (!confirm.equals(answer)) {
      throw new IOException(
          "nothing was done: the answer is not " + confirm + "; look at what is there now");
    }
    work.run();
    tell("done");
    return 0;
  }

  /** As a shell takes it for one word: a volume may have any name. */
  private static String quoted(String answer) {
    return answer.matches("[A-Za-z0-9._/-]+") ? answer : "'" + answer.replace("'", "'\\''") + "'";
  }

  void tell(String sentence) {
    console.out().println(device + ": " + sentence);
    console.out().flush();
  }
}
