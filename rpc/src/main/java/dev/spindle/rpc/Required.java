package dev.spindle.rpc;

import csi.v1.CapacityRange;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Checks fields of requests, and answers INVALID_ARGUMENT with the field's name. */
public final class Required {
  /** Longest string, bytes (CSI spec, Size Limits). */
  public static final int STRING_BYTES = 128;

  /** Largest map, bytes of all keys and values; and all mount flags together. */
  static final int MAP_BYTES = 4096;

  /** Longest path without its final NUL, bytes: PATH_MAX in include/uapi/linux/limits.h, less 1. */
  private static final int PATH_BYTES = 4095;

  private Required() {}

  /** A string that is there, however long. */
  public static String present(String field, String value) {
    if (value.isEmpty()) {
      throw Failure.invalid(field, "is missing");
    }
    return value;
  }

  /** A string that is there and has at most 128 bytes. */
  public static String text(String field, String value) {
    atMost(field, Utf8.length(present(field, value)), STRING_BYTES);
    return value;
  }

  /**
   * A volume's name (CSI spec, CreateVolumeRequest.name): no control characters but tab, LF, CR.
   */
  public static String name(String field, String value) {
    text(field, value);
    value
        .chars()
        .filter(Required::forbidden)
        .findFirst()
        .ifPresent(
            found -> {
              throw Failure.invalid(
                  field, String.format("has the character U+%04X, which CSI forbids", found));
            });
    return value;
  }

  private static boolean forbidden(int character) {
    return Character.isISOControl(character)
        && character != '\t'
        && character != '\n'
        && character != '\r';
  }

  /** A capacity_range that asks for something, and for nothing that contradicts itself. */
  public static CapacityRange range(CapacityRange range) {
    long required = range.getRequiredBytes();
    long limit = range.getLimitBytes();
    if (required < 0 || limit < 0) {
      throw Failure.invalid("capacity_range", "is negative");
    }
    if (required == 0 && limit == 0) {
      throw Failure.invalid("capacity_range", "has neither required_bytes nor limit_bytes");
    }
    if (limit != 0 && limit < required) {
      throw Failure.invalid(
          "capacity_range", "has limit_bytes " + limit + " below required_bytes " + required);
    }
    return range;
  }

  /** A list with at least one element. */
  public static <T> List<T> some(String field, List<T> list) {
    if (list.isEmpty()) {
      throw Failure.invalid(field, "is missing");
    }
    return list;
  }

  /** A map whose keys and values have at most 4 KiB together. It may be empty. */
  public static Map<String, String> map(String field, Map<String, String> map) {
    atMost(
        field,
        map.entrySet().stream()
            .mapToLong(entry -> (long) Utf8.length(entry.getKey()) + Utf8.length(entry.getValue()))
            .sum(),
        MAP_BYTES);
    return map;
  }

  /**
   * A path that may be created or mounted on: absolute, without "..", at most PATH_MAX long. Real
   * ones are longer than the 128 bytes of other strings.
   */
  public static Path path(String field, String value) {
    atMost(field, Utf8.length(present(field, value)), PATH_BYTES);
    if (!value.startsWith("/")) {
      throw Failure.invalid(field, "is not an absolute path");
    }
    if (Arrays.asList(value.split("/", -1)).contains("..")) {
      throw Failure.invalid(field, "leads through \"..\"");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException noPath) {
      throw Failure.invalid(field, "is no path: " + noPath.getReason());
    }
  }

  /** Throws if there are more bytes than may be. */
  static void atMost(String field, long bytes, int limit) {
    if (bytes > limit) {
      throw Failure.invalid(field, "has " + bytes + " bytes; at most " + limit + " are allowed");
    }
  }
}
