package dev.spindle.disks;

/** Where a joined disk is in its life. docs/on-disk-format.md shows the transitions. */
public enum State {
  /** Ours, scrubbed, no volume. */
  FREE,
  /**
   * A volume's, and nothing has been written for it yet; of a Block volume, until it is deleted.
   */
  CLAIMED,
  /** mkfs may have started: whatever is in the volume partition is its unfinished work. */
  FORMATTING,
  /**
   * mkfs has ended well, and the running kernel has mounted its work; never formatted again, unless
   * a person takes the volume back to FORMATTING ({@code spindle repair --format-again}).
   */
  FORMATTED,
  /** The volume is deleted and its data are being erased. */
  SCRUBBING;

  /** Whether there is a volume on the disk. */
  public boolean holdsVolume() {
    return this == CLAIMED || this == FORMATTING || this == FORMATTED;
  }
}
