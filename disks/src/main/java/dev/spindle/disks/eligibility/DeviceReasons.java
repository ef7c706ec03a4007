package dev.spindle.disks.eligibility;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What speaks against a disk before a byte of it is read: what the kernel says, and the policy. */
final class DeviceReasons {
  /**
   * Kernel names of devices that are no disks, that stand for other disks, or that are a part of
   * one. An md array may have a name instead of a number ("md_home").
   */
  private static final Pattern NO_DISKS =
      Pattern.compile(
          "(ram|zram|sr|fd|nbd|md|bcache|drbd|rbd|pmem|mtdblock|ubiblock|ublkb|zd)[0-9].*"
              + "|dm-.*|md_.*|etherd/.*|mmcblk[0-9]+boot[0-9]+");

  private static final Pattern SHARED = Pattern.compile("iscsi|fc|nvme-.*");

  private DeviceReasons() {}

  /**
   * Whether the content of a disk may be believed. A tenant can write anything into a loop device
   * over its own volume, a forged table of ours too; so such devices are not read.
   */
  static boolean believable(Disk disk, Policy policy) {
    SysDisk device = disk.device();
    boolean loop = isLoop(device);
    return !isNoDisk(device)
        && (!loop || (policy.allowLoopDevices() && disk.backingTrusted()))
        && device.sizeBytes() > 0
        && !device.hidden();
  }

  /**
   * Whether what should be a disk has no size: its failure does not say that there is nothing on it
   * (rule R2). A drive for removable media never holds a volume, and may well be empty.
   */
  static boolean lostItsSize(SysDisk device) {
    return device.sizeBytes() <= 0
        && !device.removable()
        && !device.hidden()
        && !isLoop(device)
        && !isNoDisk(device);
  }

  static List<Reason> of(Disk disk, Policy policy) {
    List<Reason> reasons = new ArrayList<>();
    byPolicy(disk.device(), policy, reasons);
    byKind(disk, policy, reasons);
    byCondition(disk.device(), policy, reasons);
    byUse(disk, reasons);
    return reasons;
  }

  private static void byPolicy(SysDisk device, Policy policy, List<Reason> reasons) {
    if (policy.disks().stream().noneMatch(pattern -> pattern.matches(device))) {
      reasons.add(new Reason(Code.NOT_NAMED, "no --disks pattern names it"));
    }
    for (DiskPattern pattern : policy.exclude()) {
      if (pattern.matches(device)) {
        reasons.add(new Reason(Code.EXCLUDED, "--exclude " + pattern + " names it"));
      } else if (pattern.mayComeToMatch(device)) {
        reasons.add(
            new Reason(
                Code.EXCLUDED,
                "--exclude "
                    + pattern
                    + " may name it: it has no name of that kind below /dev/disk (yet) to tell by"));
      }
    }
  }

  private static void byKind(Disk disk, Policy policy, List<Reason> reasons) {
    SysDisk device = disk.device();
    if (isNoDisk(device)) {
      reasons.add(new Reason(Code.DEVICE_TYPE, device.name() + " is not a disk of its own"));
    } else if (isLoop(device) && !policy.allowLoopDevices()) {
      reasons.add(
          new Reason(Code.DEVICE_TYPE, "it is a loop device, and --allow-loop-devices is not set"));
    } else if (isLoop(device) && !disk.backingTrusted()) {
      reasons.add(
          new Reason(
              Code.LOOP_BACKING,
              "it is a loop device over "
                  + (device.backingFile() == null ? "nothing" : device.backingFile())
                  + ", which is no plain file outside the volumes that can be seen from here; what"
                  + " is on it is not believed"));
    }
    if (SHARED.matcher(device.transport()).matches() && !policy.allowSharedTransports()) {
      reasons.add(
          new Reason(
              Code.SHARED_TRANSPORT,
              "it is reached over " + device.transport() + ", so other nodes may see it too"));
    }
    if (!device.zoned().equals("none")) {
      reasons.add(
          new Reason(Code.ZONED, "it is " + device.zoned() + ", and cannot be written at random"));
    }
  }

  private static void byCondition(SysDisk device, Policy policy, List<Reason> reasons) {
    if (device.hidden()) {
      reasons.add(new Reason(Code.HIDDEN, "the kernel hides it (a path of a multipath device)"));
    }
    if (device.readOnly()) {
      reasons.add(new Reason(Code.READ_ONLY, "the kernel says that it is read-only"));
    }
    if (device.removable()) {
      reasons.add(new Reason(Code.REMOVABLE, "it is a removable medium"));
    }
    if (device.suspended()) {
      reasons.add(new Reason(Code.SUSPENDED, "it is suspended or offline"));
    }
    bySize(device, Math.max(policy.minDiskBytes(), Geometry.SMALLEST_DISK_BYTES), reasons);
  }

  private static void bySize(SysDisk device, long smallest, List<Reason> reasons) {
    if (device.sectorSize() != 512 && device.sectorSize() != 4096) {
      reasons.add(
          new Reason(
              Code.SECTOR_SIZE,
              "its sectors have " + device.sectorSize() + " bytes, neither 512 nor 4096"));
    } else if (device.sizeBytes() % device.sectorSize() != 0) {
      reasons.add(
          new Reason(
              Code.SECTOR_SIZE,
              "it has %d bytes, which are not whole sectors of %d"
                  .formatted(device.sizeBytes(), device.sectorSize())));
    }
    if (device.sizeBytes() <= 0) {
      reasons.add(new Reason(Code.NO_SIZE, "it has no size (no medium)"));
    } else if (device.sizeBytes() < smallest) {
      reasons.add(
          new Reason(
              Code.TOO_SMALL,
              "it has "
                  + Quantity.format(device.sizeBytes())
                  + ", and the smallest disk to take has "
                  + Quantity.format(smallest)));
    }
  }

  private static void byUse(Disk disk, List<Reason> reasons) {
    SysDisk device = disk.device();
    if (!device.holders().isEmpty()) {
      reasons.add(new Reason(Code.HOLDERS, "it is part of " + String.join(", ", device.holders())));
    }
    List<String> foreign =
        device.partitions().stream()
            .filter(partition -> !ownPartition(disk, partition))
            .map(SysPartition::name)
            .toList();
    if (!foreign.isEmpty()) {
      reasons.add(new Reason(Code.PARTITIONS, "it has partitions: " + String.join(", ", foreign)));
    }
    reasons.addAll(uses(disk));
    if (disk.held()) {
      reasons.add(new Reason(Code.BUSY, "another process has it open exclusively"));
    }
  }

  /** What the disk or its partitions are mounted or swapped to. */
  static List<Reason> uses(Disk disk) {
    List<Reason> reasons = new ArrayList<>();
    for (Mount mount : disk.mounts()) {
      reasons.add(new Reason(Code.MOUNTED, mount.source() + " is mounted at " + mount.target()));
    }
    disk.swaps().forEach(swap -> reasons.add(new Reason(Code.SWAP, swap + " is used as swap")));
    return reasons;
  }

  private static boolean ownPartition(Disk disk, SysPartition partition) {
    if (!(disk.content() instanceof Content.Read read)) {
      return false;
    }
    // Some kernels, and udev, take the partitions of a joining that was cut short from its backup.
    return Eligibility.record(read.reading()).filter(record -> isOf(record, partition)).isPresent();
  }

  private static boolean isOf(DiskRecord record, SysPartition partition) {
    Extent extent = new Extent(partition.startBytes(), partition.lengthBytes());
    return (partition.number() == Geometry.RECORD_PARTITION
            && extent.equals(record.geometry().record()))
        || (partition.number() == Geometry.VOLUME_PARTITION
            && extent.equals(record.geometry().volume()));
  }

  private static boolean isLoop(SysDisk device) {
    return device.name().startsWith("loop");
  }

  private static boolean isNoDisk(SysDisk device) {
    return NO_DISKS.matcher(device.name()).matches();
  }
}
