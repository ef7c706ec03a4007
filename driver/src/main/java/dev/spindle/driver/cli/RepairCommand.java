package dev.spindle.driver.cli;

import dev.spindle.disks.claim.Repair;
import dev.spindle.disks.claim.RepairPlan;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.RepairScreen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spindle repair}: mends one disk at a person's word. */
@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    header = "Mend the table and the record of a disk of the pool. Shows first, asks back.",
    description = {
      "",
      "Without --confirm it shows what is wrong and every byte range that would be written, does"
          + " nothing, and ends with status 1. The answer to give back is a fingerprint of the"
          + " disk's identity and content, or with --format-again the name of the volume. One valid"
          + " copy of the disk's record must be left: all else follows from it. The volume's own"
          + " bytes are not touched. Nobody may use the disk meanwhile.",
      ""
    },
    sortOptions = false)
final class RepairCommand implements Callable<Integer> {
  @Mixin final Asking asking;

  @Option(
      names = "--format-again",
      description =
          "Have a volume that was formatted already formatted once more when it is staged next."
              + " All its data are lost.")
  boolean formatAgain;

  @Mixin PolicyOptions policy = new PolicyOptions();

  RepairCommand(Console console) {
    this.asking = new Asking(console);
  }

  @Override
  public Integer call() throws IOException {
    try (Repair repair = Wiring.repair(policy.policy())) {
      RepairPlan plan =
          formatAgain ? repair.planFormatAgain(asking.path()) : repair.plan(asking.path());
      String answer =
          RepairScreen.answer(plan)
              .orElseThrow(
                  () ->
                      new IOException(
                          asking.device + " is not repaired: " + RepairScreen.refusal(plan)));
      return asking.ask(RepairScreen.print(plan), answer, () -> repair.carryOut(plan));
    }
  }
}
