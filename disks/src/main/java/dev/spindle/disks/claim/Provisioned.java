package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.eligibility.Reason;
import java.util.List;

/** How asking for a volume ended. */
public sealed interface Provisioned {
  /** A disk was claimed for it. */
  record Claimed(DiskRecord record) implements Provisioned {}

  /** It was there already, and is what was asked for. */
  record Existing(DiskRecord record) implements Provisioned {}

  /** The name is taken by a volume that differs, as in "it has 8 GiB". */
  record Conflict(DiskRecord record, String difference) implements Provisioned {}

  /** No disk of this node will do. */
  record NoDiskFits(List<Refusal> refusals) implements Provisioned {
    /** Copies the list. */
    public NoDiskFits {
      refusals = List.copyOf(refusals);
    }
  }

  /**
   * Whether the volume exists cannot be told now: a disk that may hold it does not answer or is
   * gone.
   */
  record Uncertain(String why) implements Provisioned {}

  /** Why one disk was not taken. */
  record Refusal(String disk, List<Reason> reasons) {
    /** Copies the list. */
    public Refusal {
      reasons = List.copyOf(reasons);
    }
  }
}
