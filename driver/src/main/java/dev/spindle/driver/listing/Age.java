package dev.spindle.driver.listing;

import java.time.Duration;

/** Durations as kubectl shows ages: 45s, 12m, 30h, 9d. */
final class Age {
  private Age() {}

  static String of(Duration duration) {
    long seconds = Math.max(duration.toSeconds(), 0);
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 3 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86400 + "d";
  }
}
