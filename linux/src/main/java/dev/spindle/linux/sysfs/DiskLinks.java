package dev.spindle.linux.sysfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names that udev gives to disks below /dev/disk. */
final class DiskLinks {
  private final Path dev;

  DiskLinks(Path root) {
    this.dev = root.resolve("dev").normalize();
  }

  /** All names in /dev/disk/by-* that point to a disk, sorted, as seen from the system's root. */
  List<Path> of(String disk) throws IOException {
    return all().getOrDefault(disk, List.of());
  }

  /** The same of every disk, by its kernel name. */
  Map<String, List<Path>> all() throws IOException {
    Map<String, List<Path>> links = new HashMap<>();
    for (Path kind : kinds()) {
      for (Path link : Attributes.entries(kind)) {
        String disk = target(link);
        links
            .computeIfAbsent(disk, any -> new ArrayList<>())
            .add(Path.of("/dev").resolve(dev.relativize(link)));
      }
    }
    links.values().forEach(names -> names.sort(null));
    return links;
  }

  /** When names were last added or removed, as a text to compare with an earlier one. */
  String version() throws IOException {
    StringBuilder version = new StringBuilder();
    for (Path kind : kinds()) {
      version.append(kind.getFileName()).append(Files.getLastModifiedTime(kind).toInstant());
    }
    return version.toString();
  }

  private List<Path> kinds() throws IOException {
    return Attributes.entries(dev.resolve("disk")).stream()
        .filter(kind -> kind.getFileName().toString().startsWith("by-"))
        .sorted()
        .toList();
  }

  /** The name below /dev that a link leads to; empty if it leads elsewhere or is none. */
  private String target(Path link) throws IOException {
    Path target;
    try {
      target = Files.readSymbolicLink(link);
    } catch (NoSuchFileException | NotLinkException e) {
      return "";
    }
    Path node = (target.isAbsolute() ? target : link.resolveSibling(target)).normalize();
    Path from = target.isAbsolute() ? Path.of("/dev") : dev;
    return node.startsWith(from) ? from.relativize(node).toString() : "";
  }
}
