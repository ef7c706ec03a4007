package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A kernel device number. */
public record DeviceNumber(int major, int minor) {
  // include/uapi/linux/stat.h
  private static final int S_IFMT = 0xf000;
  private static final int S_IFBLK = 0x6000;

  /** Reads {@code major:minor}, as sysfs and mountinfo write it. */
  public static DeviceNumber parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no device number: " + text);
    }
    return new DeviceNumber(
        Integer.parseInt(text.substring(0, colon).trim()),
        Integer.parseInt(text.substring(colon + 1).trim()));
  }

  /** Splits a {@code dev_t} as stat(2) returns it (glibc's gnu_dev_major and gnu_dev_minor). */
  public static DeviceNumber ofDevT(long device) {
    long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & 0xfffff000L);
    long minor = (device & 0xff) | ((device >>> 12) & 0xffffff00L);
    return new DeviceNumber((int) major, (int) minor);
  }

  /**
   * The block device that a node stands for, links followed; empty for anything else.
   *
   * @throws NoSuchFileException if nothing is at the path
   */
  public static Optional<DeviceNumber> ofNode(Path node) throws IOException {
    Map<String, Object> attributes = Files.readAttributes(node, "unix:mode,rdev");
    return attributes.get("mode") instanceof Integer mode
            && (mode & S_IFMT) == S_IFBLK
            && attributes.get("rdev") instanceof Long device
        ? Optional.of(ofDevT(device))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
