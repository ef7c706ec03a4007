package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.eligibility.Disk;

/** What is known of a volume of a given id. */
public sealed interface Found {
  /** It is on this disk. */
  record Volume(DiskRecord record, Disk disk) implements Found {}

  /** There is none of this id on this node, and every disk that could hold it was read. */
  record Missing() implements Found {}

  /** Its id names another node. */
  record Elsewhere(String topologyValue) implements Found {}

  /** It is, or may be, on a disk that is frozen, unreadable or gone: which, and why. */
  record Uncertain(String why) implements Found {}
}
