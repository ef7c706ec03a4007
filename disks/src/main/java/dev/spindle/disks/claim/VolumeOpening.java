package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.inventory.Surroundings;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.util.UUID;

/**
 * Opens the partition of a claimed volume, after comparing everything that says which disk it is.
 */
final class VolumeOpening {
  private final Hardware hardware;
  private final Inventory inventory;
  private final Partitions partitions;
  private final LedgerWriter ledger;
  private final Holds holds;

  VolumeOpening(
      Hardware hardware,
      Inventory inventory,
      Partitions partitions,
      LedgerWriter ledger,
      Holds holds) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.partitions = partitions;
    this.ledger = ledger;
    this.holds = holds;
  }

  OpenVolume open(Disk disk, UUID volume) throws IOException {
    DiskRecord record = settled(disk, volume);
    return inventory.exclusively(
        disk.name(), pulse -> new HeldVolume(disk, record, partitions, ledger, holds));
  }

  /** The record as both slots have it, with the partitions known to the kernel. */
  private DiskRecord settled(Disk disk, UUID volume) throws IOException {
    SysDisk device = disk.device();
    return inventory.exclusively(
        disk.name(),
        pulse -> {
          try (BlockDevice whole = hardware.devices().open(device.node(), Access.READ)) {
            Identity.check(whole, device);
            DiskRecord record = ledger.settledRecord(whole, disk, volume);
            if (record.state() == State.FORMATTING) {
              partitions.forgetUnused(whole);
            }
            partitions.ensure(whole, device, record.geometry());
            return record;
          }
        });
  }

  /** Holds the partition of a volume that a predecessor staged. */
  void holdAgain(Disk disk, UUID volume) throws IOException {
    if (!holds.has(volume)) {
      // Who deletes the volume waits, or has done so already and finds nothing mounted.
      inventory.exclusively(
          disk.name(),
          pulse -> {
            if (isMounted(disk)) {
              keep(disk, volume);
            }
            return disk;
          });
    }
  }

  private void keep(Disk disk, UUID volume) throws IOException {
    try (OpenVolume open = open(disk, volume)) {
      open.keep();
      // Unstaging takes no lock of the disk; it lets go after it has unmounted.
      if (!isMounted(disk)) {
        holds.letGo(volume);
      }
    }
  }

  private boolean isMounted(Disk disk) throws IOException {
    SysDisk now = hardware.sysBlock().read(disk.name()).orElse(disk.device());
    return !Surroundings.look(hardware).mountsOf(now).isEmpty();
  }
}
