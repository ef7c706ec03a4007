package dev.spindle.disks.eligibility;

import dev.spindle.disks.Globs;
import dev.spindle.linux.sysfs.SysDisk;
import java.nio.file.Path;
import java.nio.file.PathMatcher;

/** A glob over the names of a disk: {@code /dev/sd[b-f]}, {@code /dev/disk/by-id/nvme-SAMSUNG*}. */
public final class DiskPattern {
  private static final String LINKS = "/dev/disk/";

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

  /** Whether it matches the disk, or may, once the disk has any names to tell by. */
  boolean mayMatch(SysDisk disk) {
    return matches(disk) || (glob.startsWith(LINKS) && disk.links().isEmpty());
  }

  /**
   * Whether it matches the disk, or may, once the disk has a name of the kind that the pattern goes
   * by, as by-id: udev makes them one after the other.
   */
  boolean mayComeToMatch(SysDisk disk) {
    int end = glob.startsWith(LINKS) ? glob.indexOf('/', LINKS.length()) : -1;
    String kind = end < 0 ? "" : glob.substring(0, end + 1);
    boolean tellable = end >= 0 && kind.chars().noneMatch(c -> "*?[{\\".indexOf(c) >= 0);
    return mayMatch(disk)
        || (tellable && disk.links().stream().noneMatch(link -> link.toString().startsWith(kind)));
  }

  private boolean matches(Path name) {
    return matcher.matches(name);
  }

  @Override
  public String toString() {
    return glob;
  }
}
