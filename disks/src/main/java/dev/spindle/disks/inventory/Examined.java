package dev.spindle.disks.inventory;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Verdict;
import java.util.Optional;

/** A disk, and what the judge makes of it. */
public record Examined(Disk disk, Verdict verdict) {
  /** Its kernel name. */
  public String name() {
    return disk.name();
  }

  /** The record of a disk that holds a volume of ours; empty for any other. */
  public Optional<DiskRecord> volume() {
    return verdict instanceof Verdict.Ours ours && ours.record().state().holdsVolume()
        ? Optional.of(ours.record())
        : Optional.empty();
  }
}
