package dev.spindle.linux;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The filesystems that this driver makes. */
public enum FilesystemType {
  EXT4(16),
  XFS(12),
  BTRFS(255);

  private final int labelLimit;

  FilesystemType(int labelLimit) {
    this.labelLimit = labelLimit;
  }

  /** The filesystem of a name as StorageClasses spell it, in lower or upper case. */
  public static Optional<FilesystemType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.fsName().equalsIgnoreCase(name)).findFirst();
  }

  /** Its name in lower case, as libblkid and mount(2) spell it. */
  public String fsName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A label made of a name: at most the 16, 12 or 255 bytes that the filesystem has for it, and
   * only ASCII letters, digits and {@code . _ -}, which stay as they are in /dev/disk/by-label.
   * Every other character becomes {@code _}.
   */
  public String label(String name) {
    return name.codePoints()
        .limit(labelLimit)
        .mapToObj(c -> isPlain(c) ? Character.toString(c) : "_")
        .collect(Collectors.joining());
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._-".indexOf(c) >= 0;
  }
}
