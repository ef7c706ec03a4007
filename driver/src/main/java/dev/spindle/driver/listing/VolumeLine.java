package dev.spindle.driver.listing;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.health.Ailment;
import dev.spindle.disks.health.Diagnosis;
import dev.spindle.disks.inventory.Examined;
import java.util.List;

/** A volume, or the remains of one, and the disk it is on. */
public record VolumeLine(String disk, DiskRecord record, Claim claim, List<Ailment> ailments) {
  /** Copies the list. */
  public VolumeLine {
    ailments = List.copyOf(ailments);
  }

  /** The volumes on some disks. */
  public static List<VolumeLine> of(List<Examined> disks) {
    return disks.stream().flatMap(examined -> of(examined).stream()).toList();
  }

  private static List<VolumeLine> of(Examined examined) {
    if (!(examined.verdict() instanceof Verdict.Ours ours)) {
      return List.of();
    }
    Claim claim = ours.record().claim();
    return claim == null
        ? List.of()
        : List.of(new VolumeLine(examined.name(), ours.record(), claim, Diagnosis.of(examined)));
  }

  /** Whether no pod has ever had it. Of a Block volume its disk does not tell. */
  boolean neverStaged() {
    return record.state() == State.CLAIMED && claim.accessType() == AccessType.FILESYSTEM;
  }

  /** The filesystem, or "block". */
  String content() {
    return claim.filesystem() == null ? "block" : claim.filesystem();
  }
}
