package dev.spindle.driver.cli;

import dev.spindle.disks.claim.Wipe;
import dev.spindle.disks.claim.WipePlan;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.WipeScreen;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  private final Console console;

  @Parameters(paramLabel = "DEVICE", description = "The disk: /dev/sdb, or any name of it.")
  String device = "";

  @Option(
      names = "--confirm",
      paramLabel = "ANSWER",
      description = "Do it: the answer that was asked for.")
  @Nullable String confirm;

  @Option(
      names = "--release",
      description = "Give a free disk of the pool back: erase its table and record.")
  boolean release;

  @Mixin PolicyOptions policy = new PolicyOptions();

  WipeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Asking asking = new Asking(console, device, confirm);
    try (Wipe wipe = Wiring.wipe(policy.policy())) {
      WipePlan plan = wipe.plan(asking.path(), release);
      String answer =
          WipeScreen.answer(plan)
              .orElseThrow(
                  () -> new IOException(device + " is not wiped: " + WipeScreen.refusal(plan)));
      return asking.ask(WipeScreen.print(plan), answer, () -> wipe.carryOut(plan, asking::tell));
    }
  }
}
