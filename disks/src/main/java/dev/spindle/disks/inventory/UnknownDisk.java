package dev.spindle.disks.inventory;

import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.List;

/**
 * The facts of a disk of which only the name is known: it exists, and the kernel did not say more
 * in time.
 */
final class UnknownDisk {
  private UnknownDisk() {}

  static Disk named(String name) {
    SysDisk device =
        new SysDisk(
            name,
            new DeviceNumber(0, 0),
            0,
            1,
            512,
            false,
            false,
            false,
            false,
            false,
            "none",
            "",
            "",
            "",
            "",
            "",
            null,
            List.of(),
            List.of(),
            List.of());
    return new Disk(
        device, List.of(), List.of(), false, true, new Content.Unread(), Disk.Twins.NONE);
  }
}
