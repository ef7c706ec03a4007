package dev.spindle.disks.eligibility;

import dev.spindle.disks.Owner;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.List;

/**
 * What may be joined and newly claimed. Claims that exist are found whatever this says.
 *
 * @param owner this driver on this node
 * @param disks patterns over /dev names and every name below /dev/disk; none means that nothing is
 *     touched
 * @param exclude patterns that win over {@code disks}
 * @param minDiskBytes the smallest disk to take
 * @param allowLoopDevices whether loop devices over plain files count as disks: for tests and
 *     demonstrations
 * @param allowSharedTransports whether disks that other nodes may see count
 */
public record Policy(
    Owner owner,
    List<DiskPattern> disks,
    List<DiskPattern> exclude,
    long minDiskBytes,
    boolean allowLoopDevices,
    boolean allowSharedTransports) {
  /** Copies the lists. */
  public Policy {
    disks = List.copyOf(disks);
    exclude = List.copyOf(exclude);
  }

  /** Whether a pattern names the disk and none excludes it. */
  public boolean names(SysDisk disk) {
    return disks.stream().anyMatch(pattern -> pattern.matches(disk)) && !excludes(disk);
  }

  /**
   * Whether the disk would be named if it had the names that its silence hides: a disk that cannot
   * be read may have no name below /dev/disk.
   */
  public boolean mayName(SysDisk disk) {
    return disks.stream().anyMatch(pattern -> pattern.mayMatch(disk))
        && exclude.stream().noneMatch(pattern -> pattern.matches(disk));
  }

  /** Whether a pattern excludes the disk, or may, once the disk has the names to tell by. */
  public boolean excludes(SysDisk disk) {
    return exclude.stream().anyMatch(pattern -> pattern.mayComeToMatch(disk));
  }
}
