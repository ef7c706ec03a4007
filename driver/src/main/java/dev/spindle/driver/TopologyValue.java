package dev.spindle.driver;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * This node's value of the topology key, which becomes a node label: at most 63 bytes (CSI spec,
 * Size Limits), letters, digits, {@code -}, {@code _} and {@code .}, a letter or digit at both
 * ends.
 */
public final class TopologyValue {
  private static final int MAX_BYTES = 63;
  private static final int KEPT_CHARACTERS = 46;
  private static final Pattern LABEL_VALUE =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  private TopologyValue() {}

  /**
   * The value for a node that was given none: its name; of a name over 63 bytes the first 46
   * characters, {@code -}, and the first 16 hexadecimal digits of the name's SHA-256. It is in
   * every volume id, so this never changes.
   */
  public static String of(String nodeName) {
    byte[] name = nodeName.getBytes(StandardCharsets.UTF_8);
    if (name.length <= MAX_BYTES) {
      return nodeName;
    }
    return String.format(
        Locale.ROOT,
        "%s-%016x",
        nodeName.substring(0, Math.min(KEPT_CHARACTERS, nodeName.length())),
        Sha256.firstLong(name));
  }

  /**
   * Returns the value if a label can have it.
   *
   * @throws IllegalArgumentException if not
   */
  public static String check(String value) {
    if (!LABEL_VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a topology value has at most 63 letters, digits, '-', '_' and '.', and starts and ends"
              + " with a letter or digit: \""
              + value
              + "\"");
    }
    return value;
  }
}
