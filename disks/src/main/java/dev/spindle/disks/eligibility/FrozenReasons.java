package dev.spindle.disks.eligibility;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.ArrayList;
import java.util.List;

/** What keeps everybody from writing to a disk of ours until a person has looked at it. */
final class FrozenReasons {
  private FrozenReasons() {}

  static List<Reason> of(Disk disk, Reading reading) {
    List<Reason> reasons = new ArrayList<>();
    if (reading instanceof Reading.Frozen frozen) {
      reasons.add(new Reason(code(frozen.cause()), frozen.detail() + ". " + hint(disk)));
    }
    if (reading instanceof Reading.Joined joined) {
      byGeometry(disk.device(), joined.record().geometry(), reasons);
    }
    if (!disk.twins().sameLedger().isEmpty()) {
      reasons.add(duplicate(disk));
    }
    return reasons;
  }

  /**
   * Size and sectors of sysfs and of the record come by two ways; where they contradict each other
   * they may be of two disks.
   */
  private static void byGeometry(SysDisk device, Geometry geometry, List<Reason> reasons) {
    if (geometry.sectorSize() != device.sectorSize() || geometry.diskBytes() > device.sizeBytes()) {
      reasons.add(
          new Reason(
              Code.GEOMETRY_CHANGED,
              "it joined with %d bytes in sectors of %d; the kernel says %d in sectors of %d"
                  .formatted(
                      geometry.diskBytes(),
                      geometry.sectorSize(),
                      device.sizeBytes(),
                      device.sectorSize())));
    }
  }

  /** Where a person goes on from here. */
  static String hint(Disk disk) {
    return "spindle repair " + disk.device().node() + " shows what can be done";
  }

  private static Code code(Reading.Frozen.Cause cause) {
    return switch (cause) {
      case NO_VALID_RECORD -> Code.NO_VALID_RECORD;
      case PRIMARY_TABLE_BAD -> Code.PRIMARY_TABLE_BAD;
      case FOREIGN_DATA -> Code.FOREIGN_DATA;
      case GEOMETRY_CHANGED -> Code.GEOMETRY_CHANGED;
    };
  }

  private static Reason duplicate(Disk disk) {
    return new Reason(
        Code.DUPLICATE,
        "it carries the same disk GUID or the same volume as "
            + String.join(", ", disk.twins().sameLedger())
            + ": a copy, or two paths to one disk. Take one of them away");
  }
}
