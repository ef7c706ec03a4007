package dev.spindle.disks.claim;

import dev.spindle.disks.Globs;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.claim.ClassParameters.DiskType;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.sysfs.SysDisk;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Chooses a disk for a demand, and says of every other why not. Pure. */
public final class DiskChoice {
  private DiskChoice() {}

  /** The smallest eligible disk that fits; among equals one that has joined, then by name. */
  public static Optional<Eligible> smallestFitting(Collection<Examined> disks, Demand demand) {
    return fitting(disks, demand).stream()
        .min(
            Comparator.comparingLong(Eligible::capacityBytes)
                .thenComparing(eligible -> eligible.joined().isEmpty())
                .thenComparing(eligible -> eligible.disk().name()));
  }

  /** Every eligible disk that fits. */
  public static List<Eligible> fitting(Collection<Examined> disks, Demand demand) {
    return disks.stream()
        .filter(disk -> objections(disk, demand).isEmpty())
        .map(Examined::verdict)
        .map(Eligible.class::cast)
        .toList();
  }

  /** Everything that speaks against a disk for a demand; empty if it fits. */
  public static List<Reason> objections(Examined disk, Demand demand) {
    Verdict verdict = disk.verdict();
    return verdict instanceof Eligible eligible ? misfits(eligible, demand) : verdict.reasons();
  }

  private static List<Reason> misfits(Eligible eligible, Demand demand) {
    List<Reason> reasons = new ArrayList<>();
    SysDisk device = eligible.disk().device();
    ClassParameters wanted = demand.parameters();
    bySize(eligible, demand, reasons);
    long size = device.sizeBytes();
    if (wanted.minDiskBytes() > size) {
      reasons.add(misfit("minDiskSize asks for " + Quantity.format(wanted.minDiskBytes())));
    }
    if (wanted.maxDiskBytes() != 0 && wanted.maxDiskBytes() < size) {
      reasons.add(misfit("maxDiskSize allows " + Quantity.format(wanted.maxDiskBytes())));
    }
    if (!isType(device, wanted.diskType())) {
      reasons.add(misfit("diskType asks for another kind of disk"));
    }
    if (!wanted.diskSelector().isEmpty()
        && wanted.diskSelector().stream().noneMatch(glob -> selects(glob, device))) {
      reasons.add(
          misfit("no diskSelector pattern matches its model, vendor or names below /dev/disk"));
    }
    return reasons;
  }

  private static void bySize(Eligible eligible, Demand demand, List<Reason> reasons) {
    long capacity = eligible.capacityBytes();
    SizeRange range = demand.range();
    if (capacity < range.requiredBytes()) {
      reasons.add(
          misfit(
              "it gives "
                  + Quantity.format(capacity)
                  + ", and "
                  + Quantity.format(range.requiredBytes())
                  + " are asked for"));
    } else if (!range.includes(capacity)) {
      reasons.add(
          misfit(
              "it gives "
                  + Quantity.format(capacity)
                  + ", more than the limit of "
                  + Quantity.format(range.limitBytes())));
    }
    FilesystemType filesystem = demand.filesystem();
    if (filesystem != null && capacity < smallest(filesystem)) {
      reasons.add(
          misfit(
              "it gives "
                  + Quantity.format(capacity)
                  + ", and "
                  + filesystem.fsName()
                  + " needs "
                  + Quantity.format(smallest(filesystem))));
    }
  }

  /**
   * The smallest device that each mkfs takes with its defaults, bytes (their manual pages and
   * trials).
   */
  private static long smallest(FilesystemType filesystem) {
    return switch (filesystem) {
      case EXT4 -> 1L << 20;
      case XFS -> 300L << 20;
      case BTRFS -> 114L << 20;
    };
  }

  private static Reason misfit(String message) {
    return new Reason(Code.DOES_NOT_FIT, message);
  }

  private static boolean isType(SysDisk device, DiskType type) {
    return switch (type) {
      case ANY -> true;
      case HDD -> device.rotational();
      case SSD -> !device.rotational();
      case NVME -> device.transport().startsWith("nvme");
    };
  }

  private static boolean selects(String glob, SysDisk device) {
    PathMatcher matcher = Globs.matcher(glob);
    return matcher.matches(Path.of(device.model()))
        || matcher.matches(Path.of(device.vendor()))
        || device.links().stream()
            .anyMatch(link -> matcher.matches(link) || matcher.matches(link.getFileName()));
  }
}
