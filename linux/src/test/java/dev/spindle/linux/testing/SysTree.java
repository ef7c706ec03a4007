package dev.spindle.linux.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes trees like /sys and /dev/disk in a directory. */
public final class SysTree {
  private final Path root;

  /** In a directory, which then is a root for {@code SysBlock} and the like. */
  public SysTree(Path root) {
    this.root = root;
  }

  /**
   * Adds a disk with number, size and sector size.
   *
   * @param name as in /sys/block
   * @param parent the device's directory below /sys/devices, in which the disk then hangs
   */
  public Disk disk(String name, String parent) throws IOException {
    Path device = root.resolve("sys/devices").resolve(parent);
    Path disk = device.resolve("block").resolve(name);
    Files.createDirectories(disk.resolve("holders"));
    link(root.resolve("sys/block").resolve(name), disk);
    link(root.resolve("sys/class/block").resolve(name), disk);
    if (!parent.startsWith("virtual/block")) {
      link(disk.resolve("device"), device);
    }
    return new Disk(disk)
        .put("dev", "8:16\n")
        .put("diskseq", "7\n")
        .put("size", "2048\n")
        .put("queue/logical_block_size", "512\n");
  }

  /** Adds a name below /dev/disk, as {@code link("by-id/wwn-1", "sdb")}. */
  public void name(String name, String disk) throws IOException {
    Path link = root.resolve("dev/disk").resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of("../..").resolve(disk));
  }

  /** Writes any file of the tree. */
  public void put(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static void link(Path link, Path target) throws IOException {
    Path directory = link.resolveSibling("");
    Files.createDirectories(directory);
    Files.createSymbolicLink(link, directory.relativize(target));
  }

  /** A disk's directory, to put attributes into. */
  public record Disk(Path directory) {
    /** Writes an attribute, as {@code put("device/model", "ST4000\n")}. */
    public Disk put(String attribute, String content) throws IOException {
      Path file = directory.resolve(attribute);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    }
  }
}
