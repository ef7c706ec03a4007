package dev.spindle.linux.testing;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A loop device and its file, made by {@link LoopDisks}. */
public final class LoopDisk {
  private final Path file;
  private final int sectorSize;
  private @Nullable Path node;
  private long sequence;

  LoopDisk(Path file, int sectorSize) {
    this.file = file;
    this.sectorSize = sectorSize;
  }

  /** The file that holds its bytes. */
  public Path file() {
    return file;
  }

  /** Logical sector size in bytes. */
  public int sectorSize() {
    return sectorSize;
  }

  /** Whether it is attached. */
  public boolean attached() {
    return node != null;
  }

  /** Its device node at present, as /dev/loop3. */
  public Path node() {
    if (node == null) {
      throw new IllegalStateException(file + " is not attached");
    }
    return node;
  }

  /** Its kernel name at present, as loop3. */
  public String name() {
    return node().getFileName().toString();
  }

  /** The node of one of its partitions, as /dev/loop3p2. */
  public Path partition(int number) {
    return Path.of(node() + "p" + number);
  }

  /** The kernel's number of this attachment, which no other ever has; 0 before Linux 5.15. */
  long sequence() {
    return sequence;
  }

  void moved(@Nullable Path to, long as) {
    this.node = to;
    this.sequence = as;
  }
}
