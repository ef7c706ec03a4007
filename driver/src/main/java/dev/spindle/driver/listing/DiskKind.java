package dev.spindle.driver.listing;

import dev.spindle.linux.sysfs.SysDisk;
import java.util.Locale;

/** What sort of device a disk is, for listings. */
enum DiskKind {
  HDD,
  SSD,
  NVME,
  LOOP,
  /** No disk of its own, as dm-0 or sr0. */
  OTHER;

  /** From the kernel's name of it, and from its rotational flag. */
  static DiskKind of(SysDisk disk) {
    String name = disk.name();
    if (name.matches("loop\\d+")) {
      return LOOP;
    }
    if (name.matches("nvme\\d+.*")) {
      return NVME;
    }
    if (name.matches("(sd|hd|vd|xvd)[a-z]+|mmcblk\\d+|(cciss|ida|rd)/.*")) {
      return disk.rotational() ? HDD : SSD;
    }
    return OTHER;
  }

  /** As listings spell it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
