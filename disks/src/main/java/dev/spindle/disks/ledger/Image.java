package dev.spindle.disks.ledger;

import java.util.List;

/**
 * Bytes that are explained: whoever checks that a disk is blank compares these ranges with them and
 * expects zeroes everywhere else. Parts do not overlap, are in ascending order and aligned to
 * sectors.
 */
public record Image(List<Part> parts) {
  /** A disk on which nothing is explained. */
  public static final Image NOTHING = new Image(List.of());

  /** Copies the list. */
  public Image {
    parts = List.copyOf(parts);
  }

  /** Bytes at an offset in bytes from the start of the disk. */
  @SuppressWarnings("ArrayRecordComponent") // compared by whoever checks, never with another part
  public record Part(long offset, byte[] bytes) {}
}
