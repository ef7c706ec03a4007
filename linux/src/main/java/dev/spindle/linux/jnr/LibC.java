package dev.spindle.linux.jnr;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The C library's functions that are used here, unchecked, in man-page order of arguments. A Java
 * {@code long} stands for C's long, size_t, ssize_t and off_t: this driver runs on LP64 only.
 *
 * <p>Public for JNR alone, whose generated stubs are of another class loader.
 */
public interface LibC {
  @Variadic(fixedCount = 2)
  int open(String path, int flags);

  int close(int descriptor);

  long pread(int descriptor, Pointer buffer, long count, long offset);

  long pwrite(int descriptor, Pointer buffer, long count, long offset);

  int fsync(int descriptor);

  int flock(int descriptor, int operation);

  @Variadic(fixedCount = 2)
  int ioctl(int descriptor, long request, Pointer argument);

  int mount(String source, String target, @Nullable String type, long flags, @Nullable String data);

  int umount2(String target, int flags);

  int fsopen(String type, int flags);

  int fsconfig(
      int descriptor, int command, @Nullable String key, @Nullable String value, int extra);

  int open_tree(int directory, String path, int flags);

  int mount_setattr(int directory, String path, int flags, Pointer attributes, long size);

  int move_mount(int fromDirectory, String from, int toDirectory, String to, int flags);

  int statfs(String path, Pointer buffer);

  /** Returns the error number; errno is not set. */
  int posix_memalign(PointerByReference memory, long alignment, long size);

  void free(Pointer memory);

  /** Returns the error number; errno is not set. */
  int posix_fadvise(int descriptor, long offset, long length, int advice);
}
