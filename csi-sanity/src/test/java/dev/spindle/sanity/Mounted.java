package dev.spindle.sanity;

import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.testing.LoopDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is mounted. */
final class Mounted {
  private Mounted() {}

  /** Below a directory. */
  static List<Path> below(Path directory) throws IOException {
    return new ProcMounts(Path.of("/"))
        .read().stream().map(Mount::target).filter(path -> path.startsWith(directory)).toList();
  }

  /** From some disks, as a filesystem or as a device node, anywhere. */
  static List<Path> of(List<LoopDisk> disks) throws IOException {
    return new ProcMounts(Path.of("/"))
        .read().stream()
            .filter(mount -> disks.stream().anyMatch(disk -> of(disk, mount)))
            .map(Mount::target)
            .toList();
  }

  private static boolean of(LoopDisk disk, Mount mount) {
    String partition = disk.name() + "p";
    return mount.source().startsWith("/dev/" + partition)
        || mount.root().startsWith("/" + partition);
  }
}
