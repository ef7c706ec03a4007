package dev.spindle.disks.eligibility;

import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Probe;

/** What is on a disk, as far as it was looked at. */
public sealed interface Content {
  /** Not opened: of a kind that is never believed, or without a size. */
  record Unread() implements Content {}

  /** It could not be read. Neither blank nor foreign: unknown. */
  record Unreadable(Reason reason) implements Content {}

  /** Read: our table and record, what libblkid says, and whether the rest is zero. */
  record Read(Reading reading, Probe probe, Blankness blankness) implements Content {}

  /**
   * Whether a disk is zero where nothing is explained: its first and last 16 MiB and at least 1,024
   * samples between.
   */
  sealed interface Blankness {
    /** Not looked at, since something else already speaks against the disk. */
    record NotChecked() implements Blankness {}

    /** No evidence of data. That is not a proof of absence. */
    record Blank() implements Blankness {}

    /** The first byte found that nothing explains, in bytes from the start of the disk. */
    record Data(long offset) implements Blankness {}
  }
}
