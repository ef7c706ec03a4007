package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Path;

/** Mounts and unmounts. Nothing here is lazy or forced. */
public interface Mounts {
  /** Mounts a filesystem (mount(2)). */
  void mount(Path source, Path target, String type, MountOptions options) throws IOException;

  /**
   * Mounts a filesystem nowhere, without options, and lets go of it again: asks the kernel whether
   * it can, and has it replay the filesystem's log (fsopen(2), fsconfig(2) with
   * FSCONFIG_CMD_CREATE). No mount table shows it, and nothing is left if this process dies in it.
   *
   * @param readOnly as a mount for reading only, in which the kernel replays the log too, if the
   *     device may be written
   */
  void tryOut(Path source, String type, boolean readOnly) throws IOException;

  /**
   * Makes a file or directory appear at another place, read-only if asked, in one step: at no
   * moment is a read-only one there writable. A mount's other flags are those of its source.
   */
  void bind(Path source, Path target, boolean readOnly) throws IOException;

  /**
   * Unmounts the topmost mount at a target (umount2 with UMOUNT_NOFOLLOW). EBUSY while in use;
   * EINVAL if none is there.
   */
  void unmount(Path target) throws IOException;

  /** How full the filesystem at a path is (statfs(2)). */
  Usage usage(Path path) throws IOException;

  /**
   * How full a filesystem is, in bytes and inodes; an {@code inodes} of 0 means that the filesystem
   * does not count them.
   */
  record Usage(
      long totalBytes, long availableBytes, long usedBytes, long inodes, long freeInodes) {}
}
