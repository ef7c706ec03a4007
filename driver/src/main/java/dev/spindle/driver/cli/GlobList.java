package dev.spindle.driver.cli;

import dev.spindle.disks.Globs;
import dev.spindle.disks.eligibility.DiskPattern;
import java.util.ArrayList;
import java.util.List;

/** Disk patterns as they are typed. */
final class GlobList {
  private GlobList() {}

  /**
   * The patterns of an option that may be given many times.
   *
   * @throws BadUsage that names the option and the pattern
   */
  static List<DiskPattern> parse(String option, List<String> values) {
    List<DiskPattern> patterns = new ArrayList<>();
    for (String value : values) {
      Globs.split(value).forEach(glob -> patterns.add(pattern(option, glob)));
    }
    return patterns;
  }

  private static DiskPattern pattern(String option, String glob) {
    try {
      return DiskPattern.of(glob);
    } catch (IllegalArgumentException refused) {
      throw new BadUsage(option + ": " + refused.getMessage());
    }
  }
}
