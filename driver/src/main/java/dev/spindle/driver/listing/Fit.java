package dev.spindle.driver.listing;

import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.claim.Demand;
import dev.spindle.disks.claim.DiskChoice;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a volume could be made here: what CreateVolume would choose, and what speaks against each
 * disk.
 *
 * @param bytes what is asked for
 * @param chosen empty where nothing fits
 * @param obstacle what speaks against the whole node, and so against each disk; empty if nothing
 * @param disks every disk, with no reasons where it fits
 */
public record Fit(long bytes, Optional<Eligible> chosen, String obstacle, List<Candidate> disks) {
  /** A disk and why it will not do. */
  public record Candidate(Examined disk, List<Reason> objections) {}

  /** Asks the same choice that claims disks, of a volume with a filesystem. */
  public static Fit of(
      List<Examined> disks, long bytes, ClassParameters parameters, Filesystems filesystems) {
    FilesystemType filesystem = parameters.filesystem().orElse(FilesystemType.EXT4);
    Demand demand = new Demand(new SizeRange(bytes, 0), filesystem, parameters);
    String obstacle = filesystems.missing(filesystem, parameters.mkfsOptions());
    return new Fit(
        bytes,
        obstacle.isEmpty() ? DiskChoice.smallestFitting(disks, demand) : Optional.empty(),
        obstacle,
        disks.stream().map(disk -> new Candidate(disk, against(disk, demand, obstacle))).toList());
  }

  private static List<Reason> against(Examined disk, Demand demand, String obstacle) {
    List<Reason> reasons = new ArrayList<>(DiskChoice.objections(disk, demand));
    if (!obstacle.isEmpty()) {
      reasons.add(0, new Reason(Code.FILESYSTEM_MISSING, obstacle));
    }
    return List.copyOf(reasons);
  }
}
