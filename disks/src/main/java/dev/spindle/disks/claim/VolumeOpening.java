package dev.spindle.disks.claim;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.inventory.Surroundings;
import dev.spindle.disks.ledger.Reading;
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
  private final StagedPartitions staged;

  VolumeOpening(
      Hardware hardware,
      Inventory inventory,
      Partitions partitions,
      LedgerWriter ledger,
      StagedPartitions staged) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.partitions = partitions;
    this.ledger = ledger;
    this.staged = staged;
  }

  OpenVolume open(Disk disk, UUID volume) throws IOException {
    return inventory.exclusively(
        disk.name(),
        pulse -> {
          SysDisk device = disk.device();
          try (BlockDevice whole = hardware.devices().open(device.node(), Access.READ)) {
            Identity.check(whole, device);
            Geometry geometry = ledger.settledRecord(whole, disk, volume).geometry();
            partitions.ensureRecord(whole, device, geometry);
            return open(whole, disk, volume, geometry);
          }
        });
  }

  /**
   * Holds partition 1 from reading the record to having partition 2 open, so that no other process
   * writes another state meanwhile, as {@code spindle repair} and {@code wipe} do; afterwards they
   * find partition 2 open.
   */
  private OpenVolume open(BlockDevice whole, Disk disk, UUID volume, Geometry geometry)
      throws IOException {
    SysDisk device = disk.device();
    BlockDevice record =
        partitions.open(
            device, Geometry.RECORD_PARTITION, geometry.record(), Access.EXCLUSIVE_READ);
    try {
      Reading.Joined now = LedgerWriter.joined(whole, volume);
      if (!now.settled()) {
        throw new IOException(whole.path() + " is being written to by another process");
      }
      if (now.record().state() == State.FORMATTING) {
        partitions.forgetUnused(whole);
      }
      partitions.ensure(whole, device, now.record().geometry());
      return new DiskVolume(disk, now.record(), partitions, ledger, staged);
    } finally {
      Hardware.letGo(record);
    }
  }

  /** Holds the partition of a volume that a predecessor staged. */
  void holdAgain(Disk disk, UUID volume) throws IOException {
    if (!staged.has(volume)) {
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
        staged.letGo(volume);
      }
    }
  }

  private boolean isMounted(Disk disk) throws IOException {
    SysDisk now = hardware.sysBlock().read(disk.name()).orElse(disk.device());
    return !Surroundings.look(hardware).mountsOf(now).isEmpty();
  }
}
