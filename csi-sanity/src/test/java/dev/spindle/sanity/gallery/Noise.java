package dev.spindle.sanity.gallery;

import java.util.Random;

/** Bytes without any pattern, the same ones each time. */
final class Noise {
  private Noise() {}

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
