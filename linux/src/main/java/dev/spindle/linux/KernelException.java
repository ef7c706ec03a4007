package dev.spindle.linux;

import java.io.IOException;

/**
 * A system call, ioctl or library call that failed, with what was tried, on what, and the errno by
 * name.
 */
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String path;
  private final Errno errno;

  /** As in {@code new KernelException("BLKGETSIZE64", "/dev/sdb", Errno.EIO)}. */
  public KernelException(String operation, String path, Errno errno) {
    super(operation + " " + path + ": " + errno.name() + " (" + errno.meaning() + ")");
    this.operation = operation;
    this.path = path;
    this.errno = errno;
  }

  /** The system call or ioctl. */
  public String operation() {
    return operation;
  }

  /** The device or path it was tried on. */
  public String path() {
    return path;
  }

  /** Why it failed. */
  public Errno errno() {
    return errno;
  }
}
