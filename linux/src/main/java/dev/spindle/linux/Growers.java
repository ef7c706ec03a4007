package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Path;

/** Makes filesystems as large as their devices, with the programs that were found at start. */
public interface Growers {
  /** Why a filesystem cannot be grown on this node, for messages; empty if it can be. */
  String missing(FilesystemType type);

  /**
   * Makes a mounted filesystem as large as its device. One that is so already stays as it is.
   *
   * @param device its device's node
   * @param mounted where it is mounted for reading and writing
   * @throws ProgramException if the program fails, is killed, or outlives its deadline
   */
  void grow(FilesystemType type, Path device, Path mounted) throws IOException;
}
