package dev.spindle.disks.claim;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/** A machine of memory disks, of which /dev/sda is the one that a test is about. */
final class Lab {
  static final String NAME = "sda";

  /** Larger, and blank: the next disk to take where the first one will not do. */
  static final String OTHER = "sdb";

  static final String SECOND_PATH = "sdc";

  final MemoryMachine machine;
  private final Path folder;
  private final Path root;

  Lab(Path folder, MemoryDisk disk) throws IOException {
    this.folder = folder;
    root = Files.createTempDirectory(folder, "machine");
    machine = new MemoryMachine(root);
    machine.add(NAME, disk);
  }

  /** With the disk of an operation, or one in its place. */
  static Lab of(Path folder, Operation operation, MemoryDisk disk) throws IOException {
    Lab lab = new Lab(folder, disk);
    if (operation.secondPath()) {
      lab.machine.add(SECOND_PATH, disk);
    }
    return lab;
  }

  void addBlank() throws IOException {
    MemoryDisk disk = machine.medium(NAME);
    machine.add(OTHER, new MemoryDisk(disk.sizeBytes() + Geometry.MIB, disk.sectorSize()));
  }

  /** Where the machine's own folder is. */
  Path folder() {
    return folder;
  }

  /** Removes the machine's folder. */
  void remove() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A new process of the driver. */
  MemoryPool start() {
    return new MemoryPool(machine, root);
  }

  /** The volume that a disk's record names, also one that is being erased; else a random one. */
  static UUID volume(MemoryDisk disk) throws IOException {
    return Ledger.read(disk) instanceof Reading.Joined joined && joined.record().claim() != null
        ? joined.record().claim().volume()
        : UUID.randomUUID();
  }
}
