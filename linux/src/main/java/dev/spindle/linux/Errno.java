package dev.spindle.linux;

/**
 * The kernel's error numbers that this driver tells apart (include/uapi/asm-generic/errno-base.h
 * and errno.h).
 */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EINTR(4, "interrupted"),
  EIO(5, "input/output error"),
  ENXIO(6, "no such device or address"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "try again"),
  ENOMEM(12, "out of memory"),
  EACCES(13, "permission denied"),
  ENOTBLK(15, "not a block device"),
  EBUSY(16, "device or resource busy"),
  EEXIST(17, "already exists"),
  ENODEV(19, "no such device"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "is a directory"),
  EINVAL(22, "invalid argument"),
  ENOTTY(25, "operation not known to the device"),
  EFBIG(27, "too large"),
  ENOSPC(28, "no space left"),
  EROFS(30, "read-only"),
  ENAMETOOLONG(36, "name too long"),
  ENOSYS(38, "not in this kernel"),
  ENOTEMPTY(39, "directory not empty"),
  ELOOP(40, "too many symbolic links"),
  EBADE(52, "reservation conflict"),
  ENODATA(61, "no data"),
  ENOLINK(67, "link to the disk severed"),
  EBADMSG(74, "bad message"),
  EOVERFLOW(75, "value too large"),
  EILSEQ(84, "integrity check failed"),
  EOPNOTSUPP(95, "not supported"),
  ETIMEDOUT(110, "timed out"),
  ESTALE(116, "stale"),
  EUCLEAN(117, "structure needs cleaning"),
  EREMOTEIO(121, "remote input/output error"),
  ENOMEDIUM(123, "no medium"),
  EMEDIUMTYPE(124, "wrong medium type"),
  UNKNOWN(-1, "an error number not in this driver's list");

  private final int number;
  private final String meaning;

  Errno(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The error of a number; {@link #UNKNOWN} for one that has no name here. */
  public static Errno of(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno;
      }
    }
    return UNKNOWN;
  }

  /** The number, as the kernel returns it. */
  public int number() {
    return number;
  }

  /** A few plain words. */
  public String meaning() {
    return meaning;
  }
}
