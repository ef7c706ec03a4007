package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.inventory.BlankCheck;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.util.UUID;

/** A volume on a real disk: its partition, open. Used by one thread. */
final class DiskVolume implements OpenVolume {
  private final Disk disk;
  private final Partitions partitions;
  private final LedgerWriter ledger;
  private final StagedPartitions staged;
  private final BlockDevice device;
  private final SysPartition partition;
  private DiskRecord record;
  private boolean kept;

  DiskVolume(
      Disk disk,
      DiskRecord record,
      Partitions partitions,
      LedgerWriter ledger,
      StagedPartitions staged)
      throws IOException {
    this.disk = disk;
    this.record = record;
    this.partitions = partitions;
    this.ledger = ledger;
    this.staged = staged;
    this.partition =
        partitions
            .find(disk.device(), Geometry.VOLUME_PARTITION)
            .orElseThrow(() -> new IOException(disk.device().node() + " has lost its partitions"));
    // Last, since nobody closes it if this fails.
    this.device =
        partitions.open(
            disk.device(), Geometry.VOLUME_PARTITION, record.geometry().volume(), Access.READ);
  }

  @Override
  public DiskRecord record() {
    return record;
  }

  @Override
  public BlockDevice device() {
    return device;
  }

  @Override
  public SysPartition partition() {
    return partition;
  }

  @Override
  public void checkPath() throws IOException {
    partitions.checkPath(device, disk.device(), Geometry.VOLUME_PARTITION, extent());
  }

  @Override
  public void clearUnfinishedFormat() throws IOException {
    require(State.FORMATTING);
    checkPath();
    try (BlockDevice writable =
        partitions.open(disk.device(), Geometry.VOLUME_PARTITION, extent(), Access.EXCLUSIVE)) {
      long size = writable.sizeBytes();
      long end = Math.min(size, BlankCheck.ENDS_BYTES);
      writable.zero(0, end);
      writable.zero(Math.max(0, size - BlankCheck.ENDS_BYTES), end);
      writable.flush();
    }
  }

  @Override
  public void formatting() throws IOException {
    require(State.CLAIMED);
    // mkfs.ext4 asks nobody when it has no terminal, so this is the guard that it is not.
    if (BlankCheck.lookAtEnds(device) instanceof Blankness.Data data) {
      throw new IOException(
          device.path()
              + " has data at byte "
              + data.offset()
              + " though its volume was never formatted; it is left as it is");
    }
    move(State.CLAIMED, State.FORMATTING);
  }

  @Override
  public void formatted() throws IOException {
    require(State.FORMATTING);
    device.flush();
    move(State.FORMATTING, State.FORMATTED);
  }

  private void require(State state) {
    if (record.state() != state) {
      throw new IllegalStateException("the volume is " + record.state() + ", not " + state);
    }
  }

  private void move(State from, State to) throws IOException {
    UUID volume = record.volume().volume();
    record =
        ledger.change(
            disk,
            volume,
            now -> {
              if (now.state() != from) {
                throw new IllegalStateException(
                    "volume " + volume + " is " + now.state() + " on its disk, not " + from);
              }
              return now.in(to);
            });
  }

  private Extent extent() {
    return record.geometry().volume();
  }

  @Override
  public void keep() {
    staged.keep(record.volume().volume(), device);
    kept = true;
  }

  @Override
  public void close() {
    if (!kept) {
      Hardware.letGo(device);
    }
  }
}
