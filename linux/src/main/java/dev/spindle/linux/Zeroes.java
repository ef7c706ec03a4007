package dev.spindle.linux;

import java.util.Arrays;

/** Looking for bytes that are not zero. */
public final class Zeroes {
  private static final byte[] BLOCK = new byte[4096];

  private Zeroes() {}

  /** Whether all bytes from one index to another are zero. */
  public static boolean only(byte[] bytes, int from, int to) {
    return firstOther(bytes, from, to) == to;
  }

  /** The index of the first byte that is not zero; {@code to} if there is none. */
  public static int firstOther(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += BLOCK.length) {
      int length = Math.min(BLOCK.length, to - at);
      int other = Arrays.mismatch(bytes, at, at + length, BLOCK, 0, length);
      if (other >= 0) {
        return at + other;
      }
    }
    return to;
  }
}
