package dev.spindle.driver.demo;

import dev.spindle.disks.Geometry;
import dev.spindle.driver.Wiring;
import dev.spindle.linux.Mount;
import dev.spindle.linux.exec.LoopDevices;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Loop devices over sparse files in a directory that goes away again. */
final class DemoDisks {
  private static final List<Long> SIZES =
      List.of(512 * Geometry.MIB, 640 * Geometry.MIB, 1024 * Geometry.MIB);

  private static final int SECTOR_SIZE = 512;

  private final Path directory;
  private final List<Path> nodes;

  private DemoDisks(Path directory, List<Path> nodes) {
    this.directory = directory;
    this.nodes = List.copyOf(nodes);
  }

  /** Makes them, and has the cleanup take them away. */
  static DemoDisks make(Cleanup cleanup) throws IOException {
    LoopDevices loops = Wiring.loopDevices();
    Path directory = Files.createTempDirectory("spindle-demo-").toRealPath();
    cleanup.later(directory.toString(), () -> delete(directory));
    List<Path> nodes = new ArrayList<>();
    for (int i = 0; i < SIZES.size(); i++) {
      Path file = directory.resolve("disk" + i);
      try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(SIZES.get(i));
      }
      Path node = loops.attach(file, SECTOR_SIZE);
      cleanup.later(node.toString(), () -> loops.detach(node));
      nodes.add(node);
    }
    cleanup.later("mounts below " + directory, () -> unmount(directory));
    return new DemoDisks(directory, nodes);
  }

  /** Where everything of the demonstration is. */
  Path directory() {
    return directory;
  }

  /** The device nodes, from the smallest disk to the largest. */
  List<Path> nodes() {
    return nodes;
  }

  private static void unmount(Path directory) throws IOException {
    List<Mount> mounts = new ArrayList<>(Wiring.mountTable().read());
    Collections.reverse(mounts);
    for (Mount mount : mounts) {
      if (mount.target().startsWith(directory)) {
        Wiring.mounts().unmount(mount.target());
      }
    }
  }

  /** Deletes a tree in which nothing is mounted any more. */
  private static void delete(Path directory) throws IOException {
    for (Mount mount : Wiring.mountTable().read()) {
      if (mount.target().startsWith(directory)) {
        throw new IOException(mount.target() + " is still mounted");
      }
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
