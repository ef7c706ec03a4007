package dev.spindle.disks.inventory;

import dev.spindle.disks.Geometry;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.LoopBacking;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether what is on a loop device may be believed. Kubelet makes loop devices over Block volumes,
 * and a tenant can make one over a file in its volume and write a table of ours into it; so only a
 * plain file counts, seen from here, on a filesystem that is none of our volumes.
 */
final class LoopBackings {
  private final Hardware hardware;

  LoopBackings(Hardware hardware) {
    this.hardware = hardware;
  }

  boolean trusted(SysDisk loop, Surroundings around) {
    String backing = loop.backingFile();
    if (backing == null || !backing.startsWith("/")) {
      return false;
    }
    Path file = Path.of(backing);
    try {
      return Surroundings.isPlainFile(file)
          && isOver(loop, file)
          && !onVolume(around.mountHolding(file.toRealPath()), around);
    } catch (IOException | IllegalStateException cannotTell) {
      return false;
    }
  }

  /**
   * Whether the file at the path that the kernel names is the one below the loop device: the path
   * may have been made in another mount namespace, where it means another file.
   */
  private boolean isOver(SysDisk loop, Path file) throws IOException {
    try (BlockDevice open = hardware.devices().open(loop.node(), Access.READ)) {
      long inode = (long) Files.getAttribute(file, "unix:ino");
      DeviceNumber filesystem = DeviceNumber.ofDevT((long) Files.getAttribute(file, "unix:dev"));
      return open.loopBacking()
          .filter(backing -> backing.equals(new LoopBacking(filesystem, inode)))
          .isPresent();
    }
  }

  /**
   * Whether a mount is of a partition 2 whose disk also has a partition 1 of our kind: as every
   * volume of ours is; or of a loop device that is not trusted itself, since a volume may be below
   * that.
   */
  private boolean onVolume(Mount mount, Surroundings around) throws IOException {
    for (SysDisk disk : disksBelow(mount)) {
      if (disk.partitions().stream().anyMatch(partition -> looksOurs(partition, mount))
          || (isLoopBelow(disk, mount) && !trusted(disk, around))) {
        return true;
      }
    }
    return false;
  }

  /** By device number, and by name: btrfs shows a number that is no device's. */
  private List<SysDisk> disksBelow(Mount mount) throws IOException {
    List<SysDisk> disks = new ArrayList<>();
    hardware.sysBlock().diskOf(mount.device()).ifPresent(disks::add);
    if (mount.source().startsWith("/dev/")) {
      String name = mount.source().substring("/dev/".length());
      hardware.sysBlock().diskOf(name).ifPresent(disks::add);
    }
    return disks;
  }

  private static boolean isLoopBelow(SysDisk disk, Mount mount) {
    return disk.backingFile() != null
        && (mount.device().equals(disk.number())
            || mount.source().equals(disk.node().toString())
            || disk.partitions().stream()
                .anyMatch(partition -> mount.device().equals(partition.device())));
  }

  /**
   * Any second partition that starts at 2 MiB counts: to distrust a file too many does no harm, and
   * nothing has to be read.
   */
  private static boolean looksOurs(SysPartition partition, Mount mount) {
    return partition.number() == Geometry.VOLUME_PARTITION
        && partition.startBytes() == 2 * Geometry.MIB
        && (mount.device().equals(partition.device())
            || mount.source().equals(partition.node().toString()));
  }
}
