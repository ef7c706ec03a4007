package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Writes the next state of a claimed disk. The whole disk cannot be held while its partition 2 is
 * mounted, so partition 1 is opened exclusively instead (rule R1): who holds it is the one who may
 * write the record.
 */
final class LedgerWriter {
  private final Hardware hardware;
  private final Inventory inventory;
  private final Partitions partitions;

  LedgerWriter(Hardware hardware, Inventory inventory, Partitions partitions) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.partitions = partitions;
  }

  /**
   * Reads the record of a volume's disk anew, changes it, and returns once both slots hold the
   * change. A growth that the record says by then is carried out before ({@link Ledger#grow}).
   *
   * @throws IOException if the disk does not hold the volume any more, or fails
   */
  DiskRecord change(Disk disk, UUID volume, UnaryOperator<DiskRecord> change) throws IOException {
    SysDisk device = disk.device();
    return inventory.exclusively(
        device.name(),
        pulse -> {
          DiskRecord changed = change(device, volume, change);
          inventory.renew(device.name());
          return changed;
        });
  }

  private DiskRecord change(SysDisk device, UUID volume, UnaryOperator<DiskRecord> change)
      throws IOException {
    try (BlockDevice whole = hardware.devices().open(device.node(), Access.READ)) {
      Identity.check(whole, device);
      Geometry geometry = joined(whole, volume).record().geometry();
      partitions.ensureRecord(whole, device, geometry);
      try (BlockDevice record =
          partitions.open(device, Geometry.RECORD_PARTITION, geometry.record(), Access.EXCLUSIVE)) {
        // Read again: nobody else can write it now.
        Reading.Joined now = carryOutGrowth(device, record, joined(whole, volume));
        DiskRecord next = change.apply(now.record());
        if (!now.slotsAgree() || !next.equals(now.record())) {
          Ledger.write(record, 0, next, now.sequence() + 1);
        }
        return next.growth() == null
            ? next
            : carryOutGrowth(device, record, joined(whole, volume)).record();
      }
    }
  }

  /** A growth is brought to its end before, and at once after, anything else is written. */
  private Reading.Joined carryOutGrowth(SysDisk device, BlockDevice record, Reading.Joined now)
      throws IOException {
    if (now.record().growth() == null) {
      return now;
    }
    try (BlockDevice whole = hardware.devices().open(device.node(), Access.SHARED_WRITE)) {
      whole.lock();
      Identity.check(whole, device);
      Ledger.grow(whole, record, 0, now);
      return joined(whole, now.record().volume().volume());
    }
  }

  /** Whether what a disk's record says may be relied on: both slots hold it, and it is done. */
  static boolean settled(Disk disk) {
    return disk.content() instanceof Content.Read read
        && read.reading() instanceof Reading.Joined joined
        && joined.settled();
  }

  /**
   * Brings a growth to its end, and makes both slots of a volume's disk hold what its record says,
   * where they do not.
   */
  void complete(Disk disk, UUID volume) throws IOException {
    if (!settled(disk)) {
      change(disk, volume, same -> same);
    }
  }

  /** The record of a volume's disk as it may be relied on, made so where it is not yet. */
  DiskRecord settledRecord(BlockDevice whole, Disk disk, UUID volume) throws IOException {
    Reading.Joined now = joined(whole, volume);
    return now.settled() ? now.record() : change(disk, volume, same -> same);
  }

  /**
   * Makes both slots of a disk without a volume hold what its record says, where they do not. The
   * whole disk can be held.
   *
   * @return whether they do now; false where the disk has come to say that it has a volume, or
   *     nothing of ours
   * @throws KernelException with EBUSY while anyone else holds the disk, such as a scrub that is
   *     about to write both slots itself
   */
  boolean settle(Disk disk) throws IOException {
    if (settled(disk)) {
      return true;
    }
    return inventory.exclusively(
        disk.name(),
        pulse -> {
          boolean settled = isSettledNow(disk.device()) || settleNow(disk.device());
          inventory.renew(disk.name());
          return settled;
        });
  }

  /** Asked without holding the disk: who holds it may have written both slots meanwhile. */
  private boolean isSettledNow(SysDisk device) throws IOException {
    try (BlockDevice whole = hardware.devices().open(device.node(), Access.READ)) {
      Identity.check(whole, device);
      return withoutVolume(whole).filter(Reading.Joined::slotsAgree).isPresent();
    }
  }

  private boolean settleNow(SysDisk device) throws IOException {
    try (BlockDevice held = hardware.hold(device)) {
      Optional<Reading.Joined> now = withoutVolume(held);
      if (now.isPresent() && !now.get().slotsAgree()) {
        Ledger.write(held, Geometry.MIB, now.get().record(), now.get().sequence() + 1);
      }
      return now.isPresent();
    }
  }

  /**
   * What a disk says of itself; empty if the state that counted has rotted and a volume is back.
   */
  private static Optional<Reading.Joined> withoutVolume(BlockDevice whole) throws IOException {
    return joined(whole).filter(joined -> !joined.record().state().holdsVolume());
  }

  /** The partitions that the kernel knows of disks of ours. */
  Partitions partitions() {
    return partitions;
  }

  /** The reading of a disk that must hold a volume. */
  static Reading.Joined joined(BlockDevice whole, UUID volume) throws IOException {
    return joined(whole)
        .filter(joined -> joined.record().state().holdsVolume())
        .filter(joined -> joined.record().volume().volume().equals(volume))
        .orElseThrow(
            () -> new IOException(whole.path() + " does not hold volume " + volume + " any more"));
  }

  private static Optional<Reading.Joined> joined(BlockDevice whole) throws IOException {
    return Ledger.read(whole) instanceof Reading.Joined joined
        ? Optional.of(joined)
        : Optional.empty();
  }
}
