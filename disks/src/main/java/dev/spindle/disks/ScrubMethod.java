package dev.spindle.disks;

/** How a disk is erased between two volumes. */
public enum ScrubMethod {
  /** BLKZEROOUT over every byte, verified by samples. */
  ZERO,
  /** BLKDISCARD, every byte verified, zeroed where that did not clear it. */
  DISCARD
}
