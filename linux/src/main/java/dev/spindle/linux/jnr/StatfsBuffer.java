package dev.spindle.linux.jnr;

import dev.spindle.linux.KernelException;
import dev.spindle.linux.Mounts;
import jnr.ffi.Pointer;

/** A struct statfs (include/uapi/asm-generic/statfs.h with 64-bit longs: x86-64 and arm64). */
final class StatfsBuffer {
  /** sizeof(struct statfs). */
  static final int SIZE = 120;

  private static final int BSIZE = 8;
  private static final int BLOCKS = 16;
  private static final int BFREE = 24;
  private static final int BAVAIL = 32;
  private static final int FILES = 40;
  private static final int FFREE = 48;

  private final Pointer memory;

  private StatfsBuffer(Pointer memory) {
    this.memory = memory;
  }

  static StatfsBuffer of(SystemCalls calls, String path) throws KernelException {
    Pointer memory = calls.memory(SIZE);
    calls.statfs(path, memory);
    return new StatfsBuffer(memory);
  }

  Mounts.Usage usage() {
    long block = memory.getLongLong(BSIZE);
    long blocks = memory.getLongLong(BLOCKS);
    return new Mounts.Usage(
        blocks * block,
        memory.getLongLong(BAVAIL) * block,
        (blocks - memory.getLongLong(BFREE)) * block,
        memory.getLongLong(FILES),
        memory.getLongLong(FFREE));
  }
}
