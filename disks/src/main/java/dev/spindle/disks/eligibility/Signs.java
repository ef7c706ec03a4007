package dev.spindle.disks.eligibility;

import java.util.Map;

/**
 * What was found out about the health of a disk and of the filesystem mounted from it, without
 * reading the disk.
 *
 * @param timeouts commands that the disk did not answer in time since it was attached
 * @param failing whether the disk itself says that it is failing (SMART, NVMe)
 * @param rootError why the root of the mounted filesystem cannot be looked at; empty if it can
 * @param ext4Errors errors that ext4 has found since it was last checked
 * @param btrfsErrors errors that btrfs counts, by the kernel's words for them; none that are 0
 */
public record Signs(
    long timeouts,
    boolean failing,
    String rootError,
    long ext4Errors,
    Map<String, Long> btrfsErrors) {
  /** Nothing was found. */
  public static final Signs NONE = new Signs(0, false, "", 0, Map.of());

  /** Copies the map. */
  public Signs {
    btrfsErrors = Map.copyOf(btrfsErrors);
  }
}
