package dev.spindle.disks.eligibility;

import dev.spindle.disks.Globs;
import dev.spindle.linux.sysfs.SysDisk;
import java.nio.file.Path;
import java.nio.file.PathMatcher;

/** A glob over the names of a disk: {@code /dev/sd[b-f]}, {@code /dev/disk/by-id/nvme-SAMSUNG*}. */
public final class DiskPattern {
  private final String glob;
  private final PathMatcher matcher;

  private DiskPattern(String glob, PathMatcher matcher) {
    this.glob = glob;
    this.matcher = matcher;
  }

  /**
   * A pattern from its text.
   *
   * @throws IllegalArgumentException if it is no glob or does not start with /dev/
   */
  public static DiskPattern of(String glob) {
    if (!glob.startsWith("/dev/")) {
      throw new IllegalArgumentException(
          "a disk pattern starts with /dev/, as /dev/sd[b-f] or /dev/disk/by-id/nvme-*: " + glob);
    }
    return new DiskPattern(glob, Globs.matcher(glob));
  }

  /** Whether it matches the disk's node or any name below /dev/disk that leads to it. */
  public boolean matches(SysDisk disk) {
    return matcher.matches(disk.node()) || disk.links().stream().anyMatch(this::matches);
  }

  /** Whether it matches the disk, or may, once the disk has the names to tell by. */
  boolean mayMatch(SysDisk disk) {
    return matches(disk) || (goesByLinks() && disk.links().isEmpty());
  }

  /**
   * Whether it can match only names that udev makes: as long as a disk has none of those, nobody
   * can say whether the pattern means it.
   */
  private boolean goesByLinks() {
    return glob.startsWith("/dev/disk/");
  }

  private boolean matches(Path name) {
    return matcher.matches(name);
  }

  @Override
  public String toString() {
    return glob;
  }
}
