package dev.spindle.disks.gpt;

import java.util.Arrays;

/** Bytes at an offset in bytes from the start of the disk. */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record Area(long offset, byte[] bytes) {
  /** The first byte after it. */
  public long end() {
    return offset + bytes.length;
  }

  /** Whether it has every byte of a range. */
  public boolean covers(long start, long length) {
    return length >= 0 && start >= offset && start <= end() && length <= end() - start;
  }

  /** A range that it {@link #covers}, copied. */
  public byte[] slice(long start, long length) {
    if (!covers(start, length)) {
      throw new IllegalArgumentException(length + " bytes at " + start + " are not within " + this);
    }
    int from = (int) (start - offset);
    return Arrays.copyOfRange(bytes, from, from + (int) length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Area that && offset == that.offset && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(offset) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes at " + offset;
  }
}
