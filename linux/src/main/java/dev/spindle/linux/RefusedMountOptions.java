package dev.spindle.linux;

import java.util.Map;
import java.util.Optional;

/**
 * Mount options that the kernel would take and no volume may have: they bring another device in,
 * get past the UUID that says whose filesystem it is, skip the recovery that a crash calls for, or
 * let one bad disk stop the whole node (Documentation/admin-guide/ext4.rst, xfs.rst; btrfs(5)).
 */
public final class RefusedMountOptions {
  private static final String DEVICE = "it brings another device in, or another part of it";
  private static final String IDENTITY = "a filesystem's UUID is how the driver knows it";
  private static final String RECOVERY =
      "without recovery a pod would see what was never whole; a person who wants that mounts it by"
          + " hand";
  private static final String NODE = "one bad disk would stop the whole node";

  /** By filesystem: an option's name, or a name with a value, and why not. */
  private static final Map<FilesystemType, Map<String, String>> REFUSED =
      Map.of(
          FilesystemType.EXT4,
          Map.of(
              "sb", DEVICE,
              "journal_dev", DEVICE,
              "journal_path", DEVICE,
              "noload", RECOVERY,
              "norecovery", RECOVERY,
              "abort", "it makes the filesystem fail",
              "errors=panic", NODE),
          FilesystemType.XFS,
          Map.of(
              "logdev", DEVICE,
              "rtdev", DEVICE,
              "nouuid", IDENTITY,
              "norecovery", RECOVERY),
          FilesystemType.BTRFS,
          Map.of(
              "device", DEVICE,
              "subvol", DEVICE,
              "subvolid", DEVICE,
              "degraded", RECOVERY,
              "rescue", RECOVERY,
              "recovery", RECOVERY,
              "norecovery", RECOVERY,
              "nologreplay", RECOVERY,
              "usebackuproot", RECOVERY,
              "fatal_errors=panic", NODE));

  private RefusedMountOptions() {}

  /** Why a filesystem may not be mounted so: which option and why; empty if it may. */
  public static Optional<String> among(MountOptions options, FilesystemType type) {
    Map<String, String> refused = REFUSED.getOrDefault(type, Map.of());
    for (String option : options.dataOptions()) {
      String name = MountOptions.name(option);
      if (refused.containsKey(option) || refused.containsKey(name)) {
        String known = refused.containsKey(option) ? option : name;
        return Optional.of(sentence(known, type) + refused.get(known));
      }
      if (option.startsWith("/", name.length() + 1)) {
        return Optional.of(sentence(name, type) + "its value names a path");
      }
    }
    return Optional.empty();
  }

  private static String sentence(String option, FilesystemType type) {
    return "mount option " + option + " is not let through to " + type.fsName() + ": ";
  }
}
