package dev.spindle.disks.claim;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;

/**
 * What growing a volume comes to, by its disk's size (CSI spec, NodeExpandVolume). A volume is as
 * large as its disk, so there is one size that it can be grown to. Pure.
 */
sealed interface GrowthPlan {
  /** It is as large as it is to be. */
  record Keep() implements GrowthPlan {}

  /** It takes all of its disk. */
  record Grow(Geometry to) implements GrowthPlan {}

  /** Neither size will do. */
  record Refuse(String why) implements GrowthPlan {}

  /**
   * Decides.
   *
   * @param now the disk's division
   * @param diskBytes how large the disk is by now
   * @param wanted any size means all that there is
   */
  static GrowthPlan decide(Geometry now, long diskBytes, SizeRange wanted) {
    Geometry whole = Geometry.of(now.sectorSize(), diskBytes);
    long has = now.volume().lengthBytes();
    long possible = Math.max(has, whole.volume().lengthBytes());
    boolean keep = wanted.equals(SizeRange.ANY) ? possible == has : wanted.requiredBytes() <= has;
    if (wanted.requiredBytes() > possible) {
      return new Refuse(
          words(wanted.requiredBytes())
              + " are asked for, and its disk has room for "
              + words(possible)
              + ": a volume is as large as its disk, so enlarge that first");
    }
    long then = keep ? has : possible;
    if (wanted.limitBytes() != 0 && then > wanted.limitBytes()) {
      return new Refuse(
          "at most "
              + words(wanted.limitBytes())
              + " are asked for, and it would have "
              + words(then)
              + ": a volume is as large as its disk, and none shrinks");
    }
    return keep ? new Keep() : new Grow(whole);
  }

  private static String words(long bytes) {
    return bytes + " bytes (" + Quantity.format(bytes) + ")";
  }
}
