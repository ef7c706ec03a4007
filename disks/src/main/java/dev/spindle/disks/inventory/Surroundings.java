package dev.spindle.disks.inventory;

import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the node does with its block devices at one moment: mounts and swaps. */
public record Surroundings(List<Mount> mounts, List<Path> swaps) {
  /** Copies the lists. */
  public Surroundings {
    mounts = List.copyOf(mounts);
    swaps = List.copyOf(swaps);
  }

  /** Reads the mount table and the swaps. */
  public static Surroundings look(Hardware hardware) throws IOException {
    return new Surroundings(hardware.mounts().read(), hardware.swaps().read());
  }

  /** The mounts of a disk and of its partitions. */
  public List<Mount> mountsOf(SysDisk disk) {
    return mounts.stream()
        .filter(
            mount ->
                isOf(mount, disk.name(), disk.number())
                    || disk.partitions().stream()
                        .anyMatch(part -> isOf(mount, part.name(), part.device())))
        .toList();
  }

  private static boolean isOf(Mount mount, String name, DeviceNumber number) {
    try {
      return mount.shows(name, number);
    } catch (IOException cannotTell) {
      // A disk that may be mounted is not taken.
      return true;
    }
  }

  /** The swaps on a disk and its partitions. */
  public List<Path> swapsOf(SysDisk disk) {
    List<Path> found = new ArrayList<>();
    for (Path swap : swaps) {
      boolean ofDisk = swap.equals(disk.node());
      boolean ofPartition =
          disk.partitions().stream().anyMatch(partition -> swap.equals(partition.node()));
      if (ofDisk || ofPartition) {
        found.add(swap);
      }
    }
    return found;
  }

  /** The mount that a file lies on. */
  Mount mountHolding(Path file) {
    Mount holding = null;
    for (Mount mount : mounts) {
      if (file.startsWith(mount.target())
          && (holding == null
              || mount.target().getNameCount() >= holding.target().getNameCount())) {
        holding = mount;
      }
    }
    if (holding == null) {
      throw new IllegalStateException("no mount holds " + file);
    }
    return holding;
  }

  static boolean isPlainFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}
