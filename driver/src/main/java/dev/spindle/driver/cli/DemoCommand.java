package dev.spindle.driver.cli;

import dev.spindle.driver.demo.Demo;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code spindle demo}: a volume's whole life on throw-away disks. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Take two volumes through their whole lives on throw-away loop disks. Needs root.",
    description = {
      "",
      "Starts the real driver on three loop devices over sparse files in a temporary directory,"
          + " calls it as Kubernetes does, tells about each call, and cleans up. Touches no other"
          + " disk.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Demo.run(console.out());
    return 0;
  }
}
