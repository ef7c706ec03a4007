package dev.spindle.linux.jnr;

import jnr.ffi.Pointer;

/**
 * The argument of BLKPG: a struct blkpg_ioctl_arg and behind it the struct blkpg_partition that it
 * points to (include/uapi/linux/blkpg.h). The offsets stand here by hand because the kernel copies
 * sizeof bytes, tail padding included, which a struct mapper does not count.
 */
final class BlkpgArgument {
  /** BLKPG_ADD_PARTITION. */
  static final int ADD = 1;

  /** BLKPG_DEL_PARTITION. */
  static final int DELETE = 2;

  /** BLKPG_RESIZE_PARTITION. */
  static final int RESIZE = 3;

  /** sizeof(struct blkpg_ioctl_arg): int op, int flags, int datalen, padding, void *data. */
  static final int ARGUMENT_SIZE = 24;

  /** sizeof(struct blkpg_partition): 8 + 8 + 4 + 64 + 64, and 4 of padding. */
  static final int PARTITION_SIZE = 152;

  private static final int OP = 0;
  private static final int DATALEN = 8;
  private static final int DATA = 16;

  private static final int START = ARGUMENT_SIZE;
  private static final int LENGTH = ARGUMENT_SIZE + 8;
  private static final int PNO = ARGUMENT_SIZE + 16;

  private BlkpgArgument() {}

  /** Fills {@link #ARGUMENT_SIZE} + {@link #PARTITION_SIZE} bytes of zeroed memory; in bytes. */
  static Pointer fill(
      Pointer memory, int operation, int partition, long startBytes, long lengthBytes) {
    memory.putInt(OP, operation);
    memory.putInt(DATALEN, PARTITION_SIZE);
    memory.putAddress(DATA, memory.address() + ARGUMENT_SIZE);
    memory.putLongLong(START, startBytes);
    memory.putLongLong(LENGTH, lengthBytes);
    memory.putInt(PNO, partition);
    return memory;
  }
}
