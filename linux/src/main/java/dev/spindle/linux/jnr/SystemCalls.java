package dev.spindle.linux.jnr;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.ProgramStart;
import java.util.function.LongSupplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.byref.PointerByReference;

/**
 * System calls that throw. Each one calls, reads errno at once and only when the call failed (a
 * success leaves an old errno standing), starts over after EINTR where that is right, and throws a
 * {@link KernelException}.
 */
final class SystemCalls {
  // include/uapi/asm-generic/fcntl.h
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_EXCL = 0x80;
  static final int O_CLOEXEC = 0x80000;
  // The same header; arch/arm64/include/uapi/asm/fcntl.h gives arm64 another bit.
  static final int O_DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0x10000 : 0x4000;

  // include/uapi/asm-generic/fcntl.h
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  // include/uapi/linux/fadvise.h
  private static final int POSIX_FADV_DONTNEED = 4;

  // include/uapi/linux/fcntl.h
  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;

  // include/uapi/linux/mount.h
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSCONFIG_SET_FLAG = 0;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final long MOUNT_ATTR_RDONLY = 1;

  private final LibC libc;
  private final Runtime runtime;

  SystemCalls(LibC libc, Runtime runtime) {
    this.libc = libc;
    this.runtime = runtime;
  }

  int open(String path, int flags) throws KernelException {
    return (int) checked("open", path, () -> libc.open(path, flags | O_CLOEXEC));
  }

  /** Closes a descriptor, which is gone afterwards also if this throws; no child has it either. */
  void close(int descriptor, String path) throws KernelException {
    try {
      if (libc.close(descriptor) < 0) {
        int errno = runtime.getLastError();
        // Linux has freed the descriptor before it says EINTR: a second close could hit a
        // stranger's.
        if (errno != Errno.EINTR.number()) {
          throw new KernelException("close", path, Errno.of(errno));
        }
      }
    } finally {
      ProgramStart.await();
    }
  }

  /** Reads up to {@code count} bytes and says how many. */
  long pread(int descriptor, String path, Pointer buffer, long count, long offset)
      throws KernelException {
    return checked("pread", path, () -> libc.pread(descriptor, buffer, count, offset));
  }

  /** Writes up to {@code count} bytes and says how many. */
  long pwrite(int descriptor, String path, Pointer buffer, long count, long offset)
      throws KernelException {
    return checked("pwrite", path, () -> libc.pwrite(descriptor, buffer, count, offset));
  }

  void fsync(int descriptor, String path) throws KernelException {
    checked("fsync", path, () -> libc.fsync(descriptor));
  }

  /** Asks for flock(LOCK_EX) and does not wait: EAGAIN while another descriptor has it. */
  void tryLock(int descriptor, String path) throws KernelException {
    checked("flock", path, () -> libc.flock(descriptor, LOCK_EX | LOCK_NB));
  }

  void ioctl(Ioctl request, int descriptor, String path, Pointer argument) throws KernelException {
    checked(request.name(), path, () -> libc.ioctl(descriptor, request.number(), argument));
  }

  void mount(MountCall call) throws KernelException {
    checked(
        call.operation(),
        call.source() + " at " + call.target(),
        () -> libc.mount(call.source(), call.target(), call.type(), call.flags(), call.data()));
  }

  /**
   * Has the kernel make the superblock of a filesystem, as a mount does, and give it up again when
   * the descriptor is closed, on which nothing else hangs.
   */
  void mountNowhere(String source, String type, boolean readOnly) throws KernelException {
    int context = (int) checked("fsopen " + type, source, () -> libc.fsopen(type, FSOPEN_CLOEXEC));
    try {
      checked(
          "fsconfig",
          source,
          () -> libc.fsconfig(context, FSCONFIG_SET_STRING, "source", source, 0));
      if (readOnly) {
        checked(
            "fsconfig ro", source, () -> libc.fsconfig(context, FSCONFIG_SET_FLAG, "ro", null, 0));
      }
      checked(
          "trial mount as " + type,
          source,
          () -> libc.fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0));
    } finally {
      close(context, source);
    }
  }

  /**
   * Binds a file or directory read-only in one step: a detached copy of its mount is made
   * read-only, and only then put in place. A bind that is remounted read-only afterwards would be
   * writable for a moment, and for good if the process died in it.
   */
  void bindReadOnly(String source, String target) throws KernelException {
    int tree =
        (int)
            checked(
                "open_tree",
                source,
                () -> libc.open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | O_CLOEXEC));
    try {
      // struct mount_attr: attr_set, attr_clr, propagation, userns_fd, a u64 each.
      Pointer attributes = memory(4 * Long.BYTES);
      attributes.putLongLong(0, MOUNT_ATTR_RDONLY);
      checked(
          "mount_setattr",
          source,
          () -> libc.mount_setattr(tree, "", AT_EMPTY_PATH, attributes, 4 * Long.BYTES));
      checked(
          "move_mount",
          target,
          () -> libc.move_mount(tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH));
    } finally {
      close(tree, source);
    }
  }

  void umount(String target, int flags) throws KernelException {
    checked("umount2", target, () -> libc.umount2(target, flags));
  }

  void statfs(String path, Pointer buffer) throws KernelException {
    checked("statfs", path, () -> libc.statfs(path, buffer));
  }

  /** Drops what the page cache holds of a descriptor and is not dirty. */
  void dropCleanCache(int descriptor, String path) throws KernelException {
    int error = libc.posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    if (error != 0) {
      throw new KernelException("posix_fadvise", path, Errno.of(error));
    }
  }

  /** Memory that O_DIRECT takes; {@link #free} gives it back. */
  Pointer alignedMemory(String path, int alignment, int size) throws KernelException {
    PointerByReference memory = new PointerByReference();
    int error = libc.posix_memalign(memory, alignment, size);
    Pointer pointer = memory.getValue();
    if (error != 0 || pointer == null) {
      throw new KernelException("posix_memalign", path, Errno.ENOMEM);
    }
    return pointer;
  }

  void free(Pointer memory) {
    libc.free(memory);
  }

  /** Zeroed memory that the garbage collector frees, for arguments. */
  Pointer memory(int size) {
    return Memory.allocateDirect(runtime, size, true);
  }

  private long checked(String operation, String path, LongSupplier call) throws KernelException {
    while (true) {
      long result = call.getAsLong();
      if (result >= 0) {
        return result;
      }
      int errno = runtime.getLastError();
      if (errno != Errno.EINTR.number()) {
        throw new KernelException(operation, path, Errno.of(errno));
      }
    }
  }
}
