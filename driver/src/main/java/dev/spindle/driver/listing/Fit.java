package dev.spindle.driver.listing;

import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.claim.Demand;
import dev.spindle.disks.claim.DiskChoice;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.Filesystems;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a volume could be made here: what CreateVolume would choose, and what speaks against each
 * disk.
 *
 * @param bytes what is asked for
 * @param chosen empty where nothing fits
 * @param obstacle what speaks against the whole node; null if nothing does
 * @param disks every disk, with no reasons where it fits
 */
public record Fit(
    long bytes, Optional<Eligible> chosen, @Nullable String obstacle, List<Candidate> disks) {
  /** A disk and why it will not do. */
  public record Candidate(Examined disk, List<Reason> objections) {}

  /** Asks the same choice that claims disks. */
  public static Fit of(
      List<Examined> disks, long bytes, ClassParameters parameters, Filesystems filesystems) {
    Demand demand =
        new Demand(new SizeRange(bytes, 0), parameters.filesystem().orElse(null), parameters);
    String obstacle =
        parameters
            .filesystem()
            .map(type -> filesystems.missing(type, parameters.mkfsOptions()))
            .filter(missing -> !missing.isEmpty())
            .orElse(null);
    return new Fit(
        bytes,
        obstacle == null ? DiskChoice.smallestFitting(disks, demand) : Optional.empty(),
        obstacle,
        disks.stream()
            .map(disk -> new Candidate(disk, DiskChoice.objections(disk, demand)))
            .toList());
  }
}
