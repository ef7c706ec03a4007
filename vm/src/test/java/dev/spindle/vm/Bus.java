package dev.spindle.vm;

import com.google.gson.JsonObject;

/** How a disk is attached, and by what name below /dev/disk/by-id udev then knows it. */
enum Bus {
  VIRTIO(0, "virtio-blk-pci", "virtio-"),
  SCSI(1, "scsi-hd", "wwn-"),
  NVME(2, "nvme", "nvme-QEMU_NVMe_Ctrl_");

  private final int number;
  private final String driver;
  private final String prefix;

  Bus(int number, String driver, String prefix) {
    this.number = number;
    this.driver = driver;
    this.prefix = prefix;
  }

  /** From 0 on: by so many MiB disks differ, and a volume fits the one disk it is meant for. */
  int number() {
    return number;
  }

  /** QEMU's device for a disk whose image it knows by the disk's name. */
  JsonObject device(VirtualDisk disk) {
    JsonObject device = new JsonObject();
    device.addProperty("driver", driver);
    device.addProperty("id", disk.name());
    device.addProperty("drive", disk.image());
    device.addProperty("serial", disk.serial());
    if (this == SCSI) {
      device.addProperty("bus", "scsi.0");
      device.addProperty("wwn", disk.wwn());
      device.addProperty("vendor", "SPINDLE");
      device.addProperty("product", "TESTDISK");
    }
    return device;
  }

  /** The disk's name below /dev/disk/by-id. */
  String link(VirtualDisk disk) {
    return prefix + (this == SCSI ? "0x" + Long.toHexString(disk.wwn()) : disk.serial());
  }
}
