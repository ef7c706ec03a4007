package dev.spindle.disks.inventory;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.MountTable;
import dev.spindle.linux.Signatures;
import dev.spindle.linux.SwapTable;
import dev.spindle.linux.exec.Smart;
import dev.spindle.linux.sysfs.DiskTable;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysErrors;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of the kernel that looking at disks and writing to them takes. */
public record Hardware(
    BlockDevices devices,
    Signatures signatures,
    DiskTable sysBlock,
    MountTable mounts,
    SwapTable swaps,
    SysErrors errors,
    Smart smart) {
  private static final Logger LOG = LoggerFactory.getLogger(Hardware.class);

  /**
   * What the kernel says now of the disk of a name.
   *
   * @throws IOException if there is none any more, or it cannot be told
   */
  public SysDisk now(SysDisk disk) throws IOException {
    return sysBlock
        .read(disk.name())
        .orElseThrow(() -> new IOException(disk.node() + " has just vanished"));
  }

  /**
   * Opens a whole disk for writing: exclusively, locked against udev, and compared with what was
   * decided about (rules R1 and R4).
   *
   * @throws KernelException with EBUSY while anyone else holds it
   * @throws IOException if the name has come to mean another disk, or the disk fails
   */
  public BlockDevice hold(SysDisk disk) throws IOException {
    BlockDevice held = devices.open(disk.node(), Access.EXCLUSIVE);
    try {
      held.lock();
      Identity.check(held, disk);
      return held;
    } catch (IOException | RuntimeException failed) {
      held.close();
      throw failed;
    }
  }

  /**
   * Holds a disk none of whose partitions anybody has open, and has the kernel forget them: some
   * kernels, and udev, add them by themselves.
   *
   * @throws KernelException as {@link #hold}, and with EBUSY while anyone has a partition open
   */
  public BlockDevice holdAlone(SysDisk disk) throws IOException {
    BlockDevice held = hold(disk);
    try {
      forgetPartitions(held, disk);
      return held;
    } catch (IOException | RuntimeException failed) {
      held.close();
      throw failed;
    }
  }

  /**
   * Makes the kernel forget every partition that a disk has by now, whoever made it.
   *
   * @throws KernelException with EBUSY if somebody has one open
   */
  public void forgetPartitions(BlockDevice held, SysDisk disk) throws IOException {
    for (SysPartition partition : now(disk).partitions()) {
      forget(held, partition.number());
    }
  }

  /** Closes a device, whatever that says: close(2) lets go of the descriptor in any case. */
  public static void letGo(BlockDevice device) {
    try {
      device.close();
    } catch (IOException failed) {
      LOG.warn("closing {}: {}", device.path(), failed.getMessage());
    }
  }

  /**
   * For who asked at a command line: what a refusal to hold a disk means, and what to do.
   *
   * @param refused as {@link #hold} and {@link #forgetPartitions} throw it
   */
  public static IOException inWords(SysDisk disk, KernelException refused) {
    return refused.errno() != Errno.EBUSY
        ? refused
        : new IOException(
            disk.node()
                + " is in use, so nothing was written: a process has it or a partition of it open;"
                + " end the pods that use its volume first, or stop the driver that erases it",
            refused);
  }

  /** Makes the kernel forget a partition; that it knows none of that number is as good. */
  public static void forget(BlockDevice whole, int number) throws IOException {
    try {
      whole.deletePartition(number);
    } catch (KernelException refused) {
      if (refused.errno() != Errno.ENXIO) {
        throw refused;
      }
    }
  }
}
