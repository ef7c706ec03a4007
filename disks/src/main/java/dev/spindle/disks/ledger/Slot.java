package dev.spindle.disks.ledger;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.ScrubProgress;

/** What one slot of a record turned out to be. */
sealed interface Slot {
  /** A record in a format that this code writes itself. */
  record Valid(long sequence, DiskRecord record) implements Slot {
    /** Whether both are of one scrub, which may have come further in one of them. */
    boolean isSameScrubAs(Valid other) {
      ScrubProgress scrub = other.record.scrub();
      return record.scrub() != null
          && scrub != null
          && record.scrubbing(scrub).equals(other.record);
    }

    @Override
    public String toString() {
      return "sequence " + sequence + ", " + record.state();
    }
  }

  /** Zeroes: never written, or erased. */
  record Empty() implements Slot {
    @Override
    public String toString() {
      return "empty";
    }
  }

  /** Not what anybody wrote: torn or rotten. */
  record Damaged(String why) implements Slot {
    @Override
    public String toString() {
      return "damaged: " + why;
    }
  }

  /** Just as it was written, with something in it that this code does not know. */
  record Newer(String why) implements Slot {
    @Override
    public String toString() {
      return "newer: " + why;
    }
  }
}
