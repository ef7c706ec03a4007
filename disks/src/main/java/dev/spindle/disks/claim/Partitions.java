package dev.spindle.disks.claim;

import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.util.Optional;

/**
 * The two partitions of a joined disk as the kernel knows them. Some kernels read partition tables
 * by themselves and some do not, and udev's re-reading drops what was added by hand; so they are
 * added where they are missing and compared before use.
 */
final class Partitions {
  private final Hardware hardware;

  Partitions(Hardware hardware) {
    this.hardware = hardware;
  }

  /**
   * Makes the kernel know both partitions. Already there and identical is success; a volume that
   * has grown since is made as large as it is; anything else there is an error.
   *
   * @param geometry of a record that both slots hold
   */
  void ensure(BlockDevice whole, SysDisk disk, Geometry geometry) throws IOException {
    ensureRecord(whole, disk, geometry);
    Extent volume = geometry.volume();
    Optional<SysPartition> there = find(disk, Geometry.VOLUME_PARTITION);
    if (there.filter(found -> isShorter(found, volume)).isPresent()) {
      whole.resizePartition(Geometry.VOLUME_PARTITION, volume.startBytes(), volume.lengthBytes());
    }
    ensure(whole, disk, Geometry.VOLUME_PARTITION, volume);
  }

  private static boolean isShorter(SysPartition found, Extent volume) {
    return found.startBytes() == volume.startBytes() && found.lengthBytes() < volume.lengthBytes();
  }

  /** The same for partition 1 alone. */
  void ensureRecord(BlockDevice whole, SysDisk disk, Geometry geometry) throws IOException {
    ensure(whole, disk, Geometry.RECORD_PARTITION, geometry.record());
  }

  private void ensure(BlockDevice whole, SysDisk disk, int number, Extent extent)
      throws IOException {
    if (known(disk, number, extent).isPresent()) {
      return;
    }
    try {
      whole.addPartition(number, extent.startBytes(), extent.lengthBytes());
    } catch (KernelException refused) {
      // The kernel or udev may have added it between the look and the call.
      if (refused.errno() != Errno.EBUSY || known(disk, number, extent).isEmpty()) {
        throw refused;
      }
    }
  }

  /** The partition of a number, if the kernel knows it. */
  Optional<SysPartition> find(SysDisk disk, int number) throws IOException {
    return hardware.sysBlock().read(disk.name()).stream()
        .filter(now -> now.number().equals(disk.number()))
        .filter(now -> now.diskSequence() == disk.diskSequence())
        .flatMap(now -> now.partitions().stream())
        .filter(partition -> partition.number() == number)
        .findFirst();
  }

  private Optional<SysPartition> known(SysDisk disk, int number, Extent extent) throws IOException {
    Optional<SysPartition> found = find(disk, number);
    if (found.isPresent()) {
      Extent there = new Extent(found.get().startBytes(), found.get().lengthBytes());
      if (!there.equals(extent)) {
        throw new IOException(
            "the kernel knows "
                + found.get().name()
                + " as "
                + there
                + ", and the record of the disk says "
                + extent);
      }
    }
    return found;
  }

  /**
   * Makes the kernel forget both partitions, the volume's first: EBUSY says that somebody has it
   * open, also where no mount table of ours shows it.
   */
  void delete(BlockDevice whole) throws IOException {
    Hardware.forget(whole, Geometry.VOLUME_PARTITION);
    Hardware.forget(whole, Geometry.RECORD_PARTITION);
  }

  /**
   * Makes the kernel forget the volume's partition, which nobody may have open. An mkfs that waits
   * in the kernel for its disk outlives a driver that is killed, and not every one keeps its device
   * open exclusively (mkfs.btrfs does not), so that only this tells whether it is still at work.
   */
  void forgetUnused(BlockDevice whole) throws IOException {
    try {
      Hardware.forget(whole, Geometry.VOLUME_PARTITION);
    } catch (KernelException refused) {
      if (refused.errno() == Errno.EBUSY) {
        throw new IOException(
            "a process has partition "
                + Geometry.VOLUME_PARTITION
                + " of "
                + whole.path()
                + " open, perhaps the mkfs of a driver that was killed; its end is waited for",
            refused);
      }
      throw refused;
    }
  }

  /** Opens a partition and checks that it is the one of this disk and record. */
  BlockDevice open(SysDisk disk, int number, Extent extent, Access access) throws IOException {
    SysPartition partition =
        known(disk, number, extent)
            .orElseThrow(
                () -> new IOException("/dev/" + disk.name() + " has no partition " + number));
    BlockDevice open = hardware.devices().open(partition.node(), access);
    try {
      check(open, disk, partition);
      return open;
    } catch (IOException | RuntimeException failed) {
      open.close();
      throw failed;
    }
  }

  private static void check(BlockDevice open, SysDisk disk, SysPartition partition)
      throws IOException {
    DeviceNumber number = open.number();
    if (!number.equals(partition.device())
        || open.sizeBytes() != partition.lengthBytes()
        || open.diskSequence() != disk.diskSequence()) {
      throw new IOException(
          partition.node()
              + " is not "
              + partition.name()
              + " any more: device "
              + number
              + ", "
              + open.sizeBytes()
              + " bytes");
    }
  }

  /**
   * Compares the node at a partition's path, and what the kernel says of it, with a descriptor that
   * is held.
   */
  void checkPath(BlockDevice held, SysDisk disk, int number, Extent extent) throws IOException {
    SysPartition now =
        known(disk, number, extent)
            .orElseThrow(
                () -> new IOException("/dev/" + disk.name() + " has lost partition " + number));
    check(held, disk, now);
    if (!DeviceNumber.ofNode(now.node()).equals(Optional.of(held.number()))) {
      throw new IOException(now.node() + " does not lead to device " + held.number() + " any more");
    }
  }
}
