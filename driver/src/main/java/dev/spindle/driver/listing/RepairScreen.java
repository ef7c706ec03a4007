package dev.spindle.driver.listing;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.claim.RepairPlan;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.ledger.Restoration;
import java.util.List;
import java.util.Optional;

/** What a repair would write, shown before it is written. */
public final class RepairScreen {
  private RepairScreen() {}

  /** The disk, what is wrong with it, and what would be written. */
  public static String print(RepairPlan plan) {
    return DisksTable.print(List.of(plan.disk())) + "\n" + consequence(plan) + "\n";
  }

  private static String consequence(RepairPlan plan) {
    if (plan instanceof RepairPlan.Restore restore) {
      return restoration(restore);
    }
    if (plan instanceof RepairPlan.FormatAgain again) {
      return "On the partition of volume "
          + again.answer()
          + " now: "
          + again.found()
          + ".\nALL DATA of volume "
          + again.answer()
          + " WOULD BE LOST: it would be formatted once more when it is staged next.";
    }
    return plan.disk().disk().device().node() + " is not repaired: " + refusal(plan);
  }

  private static String restoration(RepairPlan.Restore restore) {
    Table table = new Table("WOULD BE WRITTEN", "AT BYTE", "BYTES", "FROM", "THERE NOW");
    for (Restoration.Piece piece : restore.restoration().pieces()) {
      table.row(
          List.of(
              piece.what(),
              Long.toString(piece.area().offset()),
              Long.toString(piece.area().bytes().length),
              piece.source()),
          List.of(piece.erased() ? "zeroes" : "other bytes, which would be lost"));
    }
    return table.print()
        + "\nThe disk would then be "
        + words(restore.restoration().record())
        + ". Nothing else would be written.";
  }

  private static String words(DiskRecord record) {
    Claim claim = record.claim();
    String volume = claim == null ? "" : ", volume " + claim.csiName();
    return Listed.state(record) + volume;
  }

  /** Why the disk is left as it is; empty where it need not be. */
  public static String refusal(RepairPlan plan) {
    return plan instanceof RepairPlan.Refused refused
        ? String.join("; ", refused.reasons().stream().map(Reason::message).toList())
        : "";
  }

  /** What a person must answer for it to be done; empty where nothing will be. */
  public static Optional<String> answer(RepairPlan plan) {
    if (plan instanceof RepairPlan.Restore restore) {
      return Optional.of(restore.answer());
    }
    return plan instanceof RepairPlan.FormatAgain again
        ? Optional.of(again.answer())
        : Optional.empty();
  }
}
