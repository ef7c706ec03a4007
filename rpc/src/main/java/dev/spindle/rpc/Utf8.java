package dev.spindle.rpc;

import java.nio.charset.StandardCharsets;

/** Text counted as CSI counts it: in bytes of UTF-8 (CSI spec, Size Limits). */
public final class Utf8 {
  private static final String CUT = "...";

  private Utf8() {}

  /** The length of a text, bytes. */
  public static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * The text if it has at most so many bytes; else as much of its start as fits before an ellipsis.
   *
   * @param maxBytes at least 3
   */
  public static String cut(String text, int maxBytes) {
    if (length(text) <= maxBytes) {
      return text;
    }
    int used = CUT.length();
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      used += length(Character.toString(codePoint));
      if (used > maxBytes) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return text.substring(0, end) + CUT;
  }
}
