package dev.spindle.driver.listing;

import dev.spindle.disks.claim.WipePlan;
import dev.spindle.disks.eligibility.Reason;
import java.util.List;
import java.util.Optional;

/** What a wipe would do, shown before it is done. */
public final class WipeScreen {
  private WipeScreen() {}

  /** The disk, what is on it, and what would become of it. */
  public static String print(WipePlan plan) {
    return DisksTable.print(List.of(plan.disk())) + "\n" + consequence(plan) + "\n";
  }

  private static String consequence(WipePlan plan) {
    String disk = "/dev/" + plan.disk().name();
    if (plan instanceof WipePlan.Erase) {
      return "Everything on " + disk + " would be erased, and the disk would join the pool.";
    }
    if (plan instanceof WipePlan.EndVolume end) {
      return "Volume "
          + end.answer()
          + " would end as if it were deleted, and all its data would be erased.";
    }
    if (plan instanceof WipePlan.GiveBack) {
      return disk + " would leave the pool: its table and record would be erased.";
    }
    return disk + " is not wiped: " + refusal(plan);
  }

  /** Why the disk is left as it is; empty where it need not be. */
  public static String refusal(WipePlan plan) {
    return plan instanceof WipePlan.Refused refused
        ? String.join("; ", refused.reasons().stream().map(Reason::message).toList())
        : "";
  }

  /** What a person must answer for it to be done; empty where nothing will be. */
  public static Optional<String> answer(WipePlan plan) {
    if (plan instanceof WipePlan.Erase erase) {
      return Optional.of(erase.answer());
    }
    if (plan instanceof WipePlan.EndVolume end) {
      return Optional.of(end.answer());
    }
    return plan instanceof WipePlan.GiveBack back ? Optional.of(back.answer()) : Optional.empty();
  }
}
