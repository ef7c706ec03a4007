package dev.spindle.driver.cli;

import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.VolumeLine;
import dev.spindle.driver.listing.VolumesJson;
import dev.spindle.driver.listing.VolumesTable;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code spindle volumes}: every claim on this node. */
@Command(
    name = "volumes",
    mixinStandardHelpOptions = true,
    header = "List every volume on this node's disks, and those that are being erased.",
    description = {
      "",
      "Reads the disks themselves, beside a running driver or without; writes nothing.",
      ""
    },
    sortOptions = false)
final class VolumesCommand implements Callable<Integer> {
  private final Console console;

  @Mixin OutputOption output = new OutputOption();

  @Mixin PolicyOptions policy = new PolicyOptions();

  VolumesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<Examined> disks = Wiring.look(policy.policy());
    List<VolumeLine> volumes = VolumeLine.of(disks);
    console
        .out()
        .print(
            output.json()
                ? VolumesJson.print(volumes)
                : VolumesTable.print(volumes, Clock.systemUTC().instant()));
    console.out().flush();
    disks.forEach(this::warn);
    return 0;
  }

  /** A list that leaves something out must say so. */
  private void warn(Examined examined) {
    Verdict verdict = examined.verdict();
    if (verdict.mayHideVolume()) {
      List<String> why = verdict.reasons().stream().map(Reason::message).toList();
      console
          .err()
          .println(
              "volumes on " + examined.name() + " cannot be listed: " + String.join("; ", why));
    }
  }
}
