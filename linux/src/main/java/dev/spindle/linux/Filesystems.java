package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Makes filesystems, with the programs that were found at start. */
public interface Filesystems {
  /** The filesystems whose programs are there and which the running kernel has. */
  Set<FilesystemType> available();

  /**
   * Why a filesystem is not available, as {@code mkfs.btrfs was not found in /usr/sbin:…}; for
   * messages.
   */
  String missing(FilesystemType type);

  /**
   * Makes a filesystem with a given UUID over a whole device.
   *
   * @param options as {@link MkfsOptions} let them through
   * @param force overwrites what mkfs recognises on the device; without it mkfs itself is one more
   *     guard
   * @throws ProgramException if mkfs fails, is killed, or outlives its deadline
   */
  void make(FilesystemType type, Path device, UUID uuid, List<String> options, boolean force)
      throws IOException;
}
