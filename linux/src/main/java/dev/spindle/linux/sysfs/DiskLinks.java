package dev.spindle.linux.sysfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The names that udev gives to disks below /dev/disk. */
final class DiskLinks {
  private final Path dev;

  DiskLinks(Path root) {
    this.dev = root.resolve("dev").normalize();
  }

  /** All names in /dev/disk/by-* that point to a disk, sorted, as seen from the system's root. */
  List<Path> of(String disk) throws IOException {
    List<Path> links = new ArrayList<>();
    for (Path kind : Attributes.entries(dev.resolve("disk"))) {
      if (kind.getFileName().toString().startsWith("by-")) {
        for (Path link : Attributes.entries(kind)) {
          if (pointsTo(link, disk)) {
            links.add(Path.of("/dev").resolve(dev.relativize(link).toString()));
          }
        }
      }
    }
    links.sort(null);
    return links;
  }

  private boolean pointsTo(Path link, String disk) throws IOException {
    Path target;
    try {
      target = Files.readSymbolicLink(link);
    } catch (NoSuchFileException | NotLinkException e) {
      return false;
    }
    Path node = target.isAbsolute() ? target : link.resolveSibling(target);
    Path from = target.isAbsolute() ? Path.of("/dev") : dev;
    return node.normalize().equals(from.resolve(disk));
  }
}
