package dev.spindle.linux;

import java.io.IOException;
import java.util.List;

/**
 * The mounts of this process's mount namespace, in the order they were made: the last at a target
 * is on top.
 */
public interface MountTable {
  /** Reads the table anew. */
  List<Mount> read() throws IOException;
}
