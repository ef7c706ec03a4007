package dev.spindle.disks;

/** A run of bytes on a disk. */
public record Extent(long startBytes, long lengthBytes) {
  /** The first byte after it. */
  public long endBytes() {
    return startBytes + lengthBytes;
  }
}
