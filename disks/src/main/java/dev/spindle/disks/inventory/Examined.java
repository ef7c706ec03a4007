package dev.spindle.disks.inventory;

import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Verdict;

/** A disk, and what the judge makes of it. */
public record Examined(Disk disk, Verdict verdict) {
  /** Its kernel name. */
  public String name() {
    return disk.name();
  }
}
