package dev.spindle.node.mount;

import dev.spindle.linux.Errno;
import dev.spindle.linux.FilesystemType;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done about a volume's own filesystem that would not mount. Pure. The kernel has
 * replayed its log by then, if it could.
 */
enum CheckPlan {
  /** It mounts without the options that were asked for: they are at fault. */
  BLAME_OPTIONS,
  /** The error tells nothing of the filesystem, or has passed. */
  BLAME_MOUNT,
  /** Have it checked, and change nothing. */
  CHECK,
  /** Have it checked, then have repaired what its program calls safe, and mount once more. */
  CHECK_AND_PREEN;

  /**
   * What ext4, XFS and Btrfs return for a superblock, a log or a tree that is damaged; tried with
   * damaged images. XFS says ENOENT for a root inode that is none, EIO for a log that it cannot
   * follow.
   */
  private static final Set<Errno> DAMAGE =
      EnumSet.of(Errno.EUCLEAN, Errno.EBADMSG, Errno.EINVAL, Errno.EIO, Errno.ENOENT);

  /** A disk that fails is not written to. */
  private static final Set<Errno> READABLE_DAMAGE =
      EnumSet.of(Errno.EUCLEAN, Errno.EBADMSG, Errno.EINVAL);

  /**
   * Decides.
   *
   * @param readOnly a read-only mount was asked for: nothing is written
   * @param asked what the mount that was asked for failed with
   * @param plain what a mount without options failed with, read-only if that was asked for; null if
   *     it succeeded
   */
  static CheckPlan decide(
      FilesystemType type, boolean readOnly, Errno asked, @Nullable Errno plain) {
    if (plain == null) {
      return asked == Errno.EINVAL ? BLAME_OPTIONS : BLAME_MOUNT;
    }
    if (!DAMAGE.contains(plain)) {
      return BLAME_MOUNT;
    }
    // xfs_repair(8) may have to throw the log away, and btrfs-check(8) warns of its own repairs.
    return type == FilesystemType.EXT4 && !readOnly && READABLE_DAMAGE.contains(plain)
        ? CHECK_AND_PREEN
        : CHECK;
  }
}
