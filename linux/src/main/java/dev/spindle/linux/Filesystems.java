package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Makes and checks filesystems, with the programs that were found at start. */
public interface Filesystems {
  /** The filesystems whose programs are there and which the running kernel has. */
  Set<FilesystemType> available();

  /**
   * Why a filesystem is not available, as {@code mkfs.btrfs was not found in /usr/sbin:…}; for
   * messages.
   */
  String missing(FilesystemType type);

  /** What was learned of what the running kernel mounts. */
  KernelTrials trials();

  /**
   * Why a filesystem with a StorageClass's options is not to be had here; empty if it is, as far as
   * is known.
   */
  default String missing(FilesystemType type, String options) {
    return available().contains(type) ? trials().refusal(type, options) : missing(type);
  }

  /**
   * Makes a filesystem over a whole device.
   *
   * @param force overwrites what mkfs recognises on the device; without it mkfs itself is one more
   *     guard
   * @throws ProgramException if mkfs fails, is killed, or outlives its deadline
   */
  void make(NewFilesystem wanted, Path device, boolean force) throws IOException;

  /**
   * Checks a filesystem that is not mounted, and changes nothing: {@code e2fsck -fn}, {@code
   * xfs_repair -n} or {@code btrfs check --readonly}.
   *
   * @throws ProgramException if the program is missing, is killed, or outlives its deadline
   */
  Checked check(FilesystemType type, Path device) throws IOException;

  /**
   * Repairs of an ext4 that is not mounted what e2fsck(8) calls safe: {@code e2fsck -fp}. The exit
   * status is 0 or 1 if no errors are left.
   *
   * @throws ProgramException if the program is missing, is killed, or outlives its deadline
   */
  Checked preen(Path device) throws IOException;
}
