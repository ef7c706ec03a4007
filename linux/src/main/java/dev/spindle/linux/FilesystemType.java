package dev.spindle.linux;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The filesystems that this driver makes. */
public enum FilesystemType {
  EXT4,
  XFS,
  BTRFS;

  /** The filesystem of a name as StorageClasses spell it, in lower or upper case. */
  public static Optional<FilesystemType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.fsName().equalsIgnoreCase(name)).findFirst();
  }

  /** Its name in lower case, as libblkid and mount(2) spell it. */
  public String fsName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
