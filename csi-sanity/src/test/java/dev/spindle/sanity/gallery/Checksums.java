package dev.spindle.sanity.gallery;

import java.util.zip.CRC32;

/** Sums that several formats guard their headers with. */
final class Checksums {
  private Checksums() {}

  static long le32(byte[] bytes, int at) {
    return Integer.toUnsignedLong(
        (bytes[at] & 0xFF)
            | (bytes[at + 1] & 0xFF) << 8
            | (bytes[at + 2] & 0xFF) << 16
            | (bytes[at + 3] & 0xFF) << 24);
  }

  /** The sum of little-endian words of four bytes. */
  static long sum32(byte[] bytes) {
    long sum = 0;
    for (int at = 0; at < bytes.length; at += 4) {
      sum += le32(bytes, at);
    }
    return sum;
  }

  /** The sum of little-endian words of two bytes. */
  static int sum16(byte[] bytes) {
    int sum = 0;
    for (int at = 0; at < bytes.length; at += 2) {
      sum += (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
    }
    return sum & 0xFFFF;
  }

  static long crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  /** The sum of all bytes. */
  static int sum8(byte[] bytes) {
    int sum = 0;
    for (byte value : bytes) {
      sum += value;
    }
    return sum & 0xFF;
  }
}
