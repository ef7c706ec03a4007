package dev.spindle.linux.jnr;

import dev.spindle.linux.KernelException;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The page-aligned memory through which one device's bytes go, as O_DIRECT wants. Allocated when
 * first needed.
 */
final class TransferBuffer {
  static final int SIZE = 1 << 20;

  private static final int ALIGNMENT = 4096;

  private final SystemCalls calls;
  private @Nullable Pointer memory;

  TransferBuffer(SystemCalls calls) {
    this.calls = calls;
  }

  Pointer memory(String path) throws KernelException {
    Pointer current = memory;
    if (current == null) {
      current = calls.alignedMemory(path, ALIGNMENT, SIZE);
      memory = current;
    }
    return current;
  }

  void free() {
    if (memory != null) {
      calls.free(memory);
      memory = null;
    }
  }
}
