package dev.spindle.driver.cli;

import dev.spindle.disks.claim.Wipe;
import dev.spindle.disks.claim.WipePlan;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.WipeScreen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spindle wipe}: erases one disk at a person's word. */
@Command(
    name = "wipe",
    mixinStandardHelpOptions = true,
    header =
        "Erase a used disk, end a lost volume, or give a free disk back. Shows first, asks back.",
    description = {
      "",
      "Without --confirm it shows what is on the disk and what would be done, does nothing, and ends"
          + " with status 1. The answer to give back is a fingerprint of a foreign disk's identity"
          + " and content, the name of a volume, or the GUID of a free disk: what is erased is what"
          + " was shown.",
      ""
    },
    sortOptions = false)
final class WipeCommand implements Callable<Integer> {
  @Mixin final Asking asking;

  @Option(
      names = "--release",
      description = "Give a free disk of the pool back: erase its table and record.")
  boolean release;

  @Mixin PolicyOptions policy = new PolicyOptions();

  WipeCommand(Console console) {
    this.asking = new Asking(console);
  }

  @Override
  public Integer call() throws IOException {
    try (Wipe wipe = Wiring.wipe(policy.policy())) {
      WipePlan plan = wipe.plan(asking.path(), release);
      String answer =
          WipeScreen.answer(plan)
              .orElseThrow(
                  () ->
                      new IOException(
                          asking.device + " is not wiped: " + WipeScreen.refusal(plan)));
      return asking.ask(WipeScreen.print(plan), answer, () -> wipe.carryOut(plan, asking::tell));
    }
  }
}
