package dev.spindle.linux;

import java.io.IOException;
import java.util.Optional;

/**
 * An open block device, a whole disk or a partition. What it says of itself comes from the
 * descriptor, not the path.
 */
public interface BlockDevice extends RawDisk {
  /** The path it was opened by, for messages only. */
  String path();

  /** The device number of the open node. */
  DeviceNumber number();

  /**
   * The kernel's count of disks that have appeared (BLKGETDISKSEQ, Linux 5.15): two disks that used
   * one name differ in it. 0 on a kernel without it.
   */
  long diskSequence() throws IOException;

  /** What a loop device lies over (LOOP_GET_STATUS64); empty for any other device. */
  Optional<LoopBacking> loopBacking() throws IOException;

  /** Whether the kernel refuses writes to it (BLKROGET). */
  boolean readOnly() throws IOException;

  /**
   * Makes the kernel know a partition (BLKPG_ADD_PARTITION). EBUSY where number or extent overlap a
   * known one.
   */
  void addPartition(int number, long startBytes, long lengthBytes) throws IOException;

  /**
   * Makes the kernel forget a partition (BLKPG_DEL_PARTITION). EBUSY while anyone has it open,
   * ENXIO where there is none.
   */
  void deletePartition(int number) throws IOException;

  /** Changes a known partition's length (BLKPG_RESIZE_PARTITION). */
  void resizePartition(int number, long startBytes, long lengthBytes) throws IOException;

  /**
   * Takes flock(LOCK_EX) on the node until {@link #close()}, waiting at most a few seconds: udev
   * leaves a disk alone while somebody holds it.
   */
  void lock() throws IOException;
}
