package dev.spindle.linux.jnr;

/**
 * The block device requests of include/uapi/linux/fs.h, blkpg.h and loop.h, alike on x86-64 and
 * arm64.
 */
enum Ioctl {
  /** _IO(0x12, 94): an int, not 0 for read-only. */
  BLKROGET(0x125e),
  /** _IO(0x12, 104): logical sector size, an int. */
  BLKSSZGET(0x1268),
  /** _IO(0x12, 105) of blkpg.h: see {@link BlkpgArgument}. */
  BLKPG(0x1269),
  /** _IOR(0x12, 114, size_t): size in bytes, a u64. */
  BLKGETSIZE64(0x80081272L),
  /** _IO(0x12, 119): two u64, offset and length in bytes. */
  BLKDISCARD(0x1277),
  /** _IO(0x12, 127): two u64, offset and length in bytes. */
  BLKZEROOUT(0x127f),
  /** _IOR(0x12, 128, __u64), since Linux 5.15. */
  BLKGETDISKSEQ(0x80081280L),
  /** 0x4C05 of include/uapi/linux/loop.h: a struct loop_info64. */
  LOOP_GET_STATUS64(0x4c05);

  private final long number;

  Ioctl(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }
}
