package dev.spindle.linux.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that runs a shell script tied to itself, so that it can be killed meanwhile. */
final class TiedCaller {
  private TiedCaller() {}

  /** Arguments: a directory that is searched for programs first, and the script. */
  public static void main(String[] arguments) throws IOException {
    List<Path> directories =
        List.of(Path.of(arguments[0]), Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/bin"));
    String unused =
        new Programs(directories)
            .runTied(List.of("/bin/sh", "-c", arguments[1]), Duration.ofMinutes(1));
  }

  /** Starts it in a process of its own. */
  static Process start(Path first, String script) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            TiedCaller.class.getName(),
            first.toString(),
            script)
        .inheritIO()
        .start();
  }
}
