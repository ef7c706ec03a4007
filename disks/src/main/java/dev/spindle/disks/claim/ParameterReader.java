package dev.spindle.disks.claim;

import dev.spindle.disks.Globs;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.claim.ClassParameters.DiskType;
import dev.spindle.linux.FilesystemType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads StorageClass parameters, strictly. */
final class ParameterReader {
  private static final String KUBERNETES = "csi.storage.k8s.io/";
  private static final String FILESYSTEM = KUBERNETES + "fstype";
  private static final List<String> KNOWN =
      List.of(
          "diskType",
          "minDiskSize",
          "maxDiskSize",
          "diskSelector",
          "mkfsOptions",
          "scrub",
          FILESYSTEM);

  private ParameterReader() {}

  static ClassParameters read(Map<String, String> parameters) {
    Map<String, String> given = new TreeMap<>();
    Optional<FilesystemType> filesystem = Optional.empty();
    for (Map.Entry<String, String> entry : new TreeMap<>(parameters).entrySet()) {
      String key = entry.getKey();
      if (key.equalsIgnoreCase("fstype") || key.equals(FILESYSTEM)) {
        filesystem = Optional.of(filesystem(key, entry.getValue(), filesystem));
      } else if (!key.startsWith(KUBERNETES)) {
        given.put(known(key), entry.getValue());
      }
    }
    long min = size(given, "minDiskSize");
    long max = size(given, "maxDiskSize");
    if (max != 0 && min > max) {
      throw new IllegalArgumentException("minDiskSize is over maxDiskSize: no disk can be both");
    }
    return new ClassParameters(
        diskType(given.getOrDefault("diskType", "any")),
        min,
        max,
        globs("diskSelector", given.getOrDefault("diskSelector", "")),
        filesystem,
        scrub(given.getOrDefault("scrub", "zero")),
        Map.copyOf(given));
  }

  private static String known(String key) {
    if (!KNOWN.contains(key)) {
      throw new IllegalArgumentException(
          "unknown StorageClass parameter \"" + key + "\"; known are " + String.join(", ", KNOWN));
    }
    return key;
  }

  private static FilesystemType filesystem(
      String key, String value, Optional<FilesystemType> before) {
    FilesystemType type = filesystem(value);
    if (before.isPresent() && before.get() != type) {
      throw new IllegalArgumentException(key + " is given twice with different values");
    }
    return type;
  }

  /** The filesystem of a name. */
  static FilesystemType filesystem(String name) {
    return FilesystemType.named(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown filesystem \"" + name + "\"; known are ext4, xfs, btrfs"));
  }

  private static DiskType diskType(String value) {
    return choice("diskType", value, DiskType.values());
  }

  private static ScrubMethod scrub(String value) {
    return choice("scrub", value, ScrubMethod.values());
  }

  private static <T extends Enum<T>> T choice(String key, String value, T[] choices) {
    return Arrays.stream(choices)
        .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    key
                        + " \""
                        + value
                        + "\" is none of "
                        + Arrays.toString(choices).toLowerCase(Locale.ROOT)));
  }

  private static long size(Map<String, String> given, String key) {
    String value = given.get(key);
    if (value == null) {
      return 0;
    }
    try {
      return Quantity.parse(value);
    } catch (IllegalArgumentException noSize) {
      throw new IllegalArgumentException(key + ": " + noSize.getMessage(), noSize);
    }
  }

  private static List<String> globs(String key, String value) {
    List<String> globs = Globs.split(value);
    try {
      globs.forEach(Globs::matcher);
    } catch (IllegalArgumentException noGlob) {
      throw new IllegalArgumentException(key + ": " + noGlob.getMessage(), noGlob);
    }
    return globs;
  }
}
