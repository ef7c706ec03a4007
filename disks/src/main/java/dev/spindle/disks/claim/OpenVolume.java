package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.Closeable;
import java.io.IOException;

/**
 * A claimed volume whose partition is held open from judging to the end (rule R1): its device
 * number cannot come to mean another disk meanwhile. Closing lets it go, unless it was kept.
 */
public interface OpenVolume extends Closeable {
  /** What the disk says now. */
  DiskRecord record();

  /** Partition 2, open for reading. */
  BlockDevice device();

  /** Partition 2 as the kernel knows it. */
  SysPartition partition();

  /**
   * Compares device number, disk sequence and extent of the node at {@link SysPartition#node()}
   * with what is held: right before mkfs or mount goes by that path.
   *
   * @throws IOException that says what differs
   */
  void checkPath() throws IOException;

  /**
   * Makes the first and last 16 MiB of the partition zero: only in FORMATTING, before mkfs is run
   * once more.
   */
  void clearUnfinishedFormat() throws IOException;

  /**
   * Looks whether the partition's first and last 16 MiB are zero, and records FORMATTING; when it
   * returns mkfs may start.
   *
   * @throws IOException if there are data, or the disk fails
   */
  void formatting() throws IOException;

  /**
   * Syncs the partition and records FORMATTED: only after mkfs ended well, a probe found its work,
   * and the running kernel has mounted it.
   */
  void formatted() throws IOException;

  /**
   * Keeps the partition open after {@link #close()}, until {@link Claims#letGo}: the volume is
   * staged.
   */
  void keep();

  @Override
  void close();
}
