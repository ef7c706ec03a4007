package dev.spindle.driver;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The start of a SHA-256, where a short name must stand for a long one. */
final class Sha256 {
  private Sha256() {}

  /** The first eight bytes of the digest, big-endian. */
  static long firstLong(byte[] data) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(data)).getLong();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
