package dev.spindle.disks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Sizes as Kubernetes writes them: 500Gi, 1.5T, 1073741824. */
public final class Quantity {
  private static final int MAX_SCALE = 100;
  private static final Map<String, Long> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("Ki", 1L << 10);
    UNITS.put("Mi", 1L << 20);
    UNITS.put("Gi", 1L << 30);
    UNITS.put("Ti", 1L << 40);
    UNITS.put("Pi", 1L << 50);
    UNITS.put("k", 1_000L);
    UNITS.put("M", 1_000_000L);
    UNITS.put("G", 1_000_000_000L);
    UNITS.put("T", 1_000_000_000_000L);
    UNITS.put("P", 1_000_000_000_000_000L);
  }

  private Quantity() {}

  /**
   * The bytes of a quantity, rounded up.
   *
   * @throws IllegalArgumentException if it is none, negative, or over 2^63 - 1
   */
  public static long parse(String text) {
    String trimmed = text.trim();
    for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
      if (trimmed.endsWith(unit.getKey())) {
        return bytes(
            text, trimmed.substring(0, trimmed.length() - unit.getKey().length()), unit.getValue());
      }
    }
    return bytes(text, trimmed, 1);
  }

  private static long bytes(String text, String number, long unit) {
    try {
      BigDecimal amount = new BigDecimal(number);
      // Past this an exponent such as 1e999999999 keeps a processor busy for minutes.
      if (amount.signum() >= 0 && Math.abs((long) amount.scale()) <= MAX_SCALE) {
        return amount
            .multiply(BigDecimal.valueOf(unit))
            .setScale(0, RoundingMode.CEILING)
            .longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException notOne) {
      // The sentence below says it.
    }
    throw new IllegalArgumentException("no size: \"" + text + "\"; write it as 500Gi or 1.5T");
  }

  /** Bytes for people: the largest binary unit with at most one decimal, exact where it can be. */
  public static String format(long bytes) {
    String[] units = {"Ki", "Mi", "Gi", "Ti", "Pi"};
    for (int i = units.length - 1; i >= 0; i--) {
      long unit = 1L << (10 * (i + 1));
      if (bytes >= unit) {
        return bytes % unit == 0
            ? bytes / unit + units[i]
            : String.format(Locale.ROOT, "%.1f%s", (double) bytes / unit, units[i]);
      }
    }
    return bytes + "B";
  }
}
