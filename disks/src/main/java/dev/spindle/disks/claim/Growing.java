package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.inventory.BlankCheck;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.inventory.Pulse;
import dev.spindle.disks.ledger.Image;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives a volume what its disk has gained, in use or not: looks whether anybody has data there, has
 * the growth written, and tells the kernel how large the partition is now.
 */
final class Growing {
  private final Hardware hardware;
  private final Inventory inventory;
  private final LedgerWriter ledger;

  Growing(Hardware hardware, Inventory inventory, LedgerWriter ledger) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.ledger = ledger;
  }

  Grown grow(String name, UUID volume, SizeRange wanted) throws IOException {
    return inventory.exclusively(
        name,
        pulse -> {
          // How large the disk is now, which nobody tells the driver.
          inventory.renew(name);
          try {
            return grow(disk(name, volume), volume, wanted, pulse);
          } finally {
            inventory.renew(name);
          }
        });
  }

  private Disk disk(String name, UUID volume) throws IOException {
    Optional<Examined> disk = inventory.disk(name);
    return disk.flatMap(Examined::volume)
        .filter(record -> record.volume().volume().equals(volume))
        .flatMap(record -> disk)
        .map(Examined::disk)
        .orElseThrow(
            () ->
                new IOException("volume " + volume + " was on " + name + inventory.trouble(name)));
  }

  private Grown grow(Disk disk, UUID volume, SizeRange wanted, Pulse pulse) throws IOException {
    SysDisk device = disk.device();
    try (BlockDevice whole = hardware.devices().open(device.node(), Access.READ)) {
      Identity.check(whole, device);
      DiskRecord record = ledger.settledRecord(whole, disk, volume);
      GrowthPlan plan = GrowthPlan.decide(record.geometry(), whole.sizeBytes(), wanted);
      if (plan instanceof GrowthPlan.Refuse refuse) {
        return new Grown.OutOfRange(refuse.why());
      }
      if (plan instanceof GrowthPlan.Grow grow) {
        if (lookBehind(whole, record, pulse) instanceof Blankness.Data data) {
          return new Grown.Refused(refusal(device, record, data.offset()));
        }
        record = ledger.change(disk, volume, same -> same.growing(grow.to()));
      }
      ledger.partitions().ensure(whole, device, record.geometry());
      return new Grown.Done(record.volume().capacityBytes());
    }
  }

  /** Behind the volume is nothing but the backup table, or whose it is nobody knows (rule R3). */
  private static Blankness lookBehind(BlockDevice whole, DiskRecord record, Pulse pulse)
      throws IOException {
    Area backup = new PartitionTable(record.diskGuid(), record.geometry()).backup();
    Image known = new Image(List.of(new Image.Part(backup.offset(), backup.bytes())));
    return BlankCheck.lookFrom(record.geometry().volume().endBytes(), whole, known, pulse);
  }

  private static String refusal(SysDisk device, DiskRecord record, long offset) {
    return "byte "
        + offset
        + " of "
        + device.node()
        + ", behind the volume, is neither zero nor of our table, so nothing was written: someone"
        + " may have data there. The disk had "
        + record.geometry().diskBytes()
        + " bytes when the volume came to be as it is; docs/operations.md says what to do";
  }
}
