package dev.spindle.disks.claim;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine;
import java.io.IOException;
import java.util.UUID;

/** A machine of memory disks, of which /dev/sda is the one that a test is about. */
final class Lab {
  static final String NAME = "sda";

  /** Larger, and blank: the next disk to take where the first one will not do. */
  static final String OTHER = "sdb";

  static final String SECOND_PATH = "sdc";

  final MemoryMachine machine;

  Lab(MemoryDisk disk) {
    machine = new MemoryMachine();
    machine.add(NAME, disk);
  }

  /** With the disk of an operation, or one in its place. */
  static Lab of(Operation operation, MemoryDisk disk) {
    Lab lab = new Lab(disk);
    if (operation.secondPath()) {
      lab.machine.add(SECOND_PATH, disk);
    }
    return lab;
  }

  void addBlank() {
    MemoryDisk disk = machine.medium(NAME);
    machine.add(OTHER, new MemoryDisk(disk.sizeBytes() + Geometry.MIB, disk.sectorSize()));
  }

  /** A new process of the driver. */
  MemoryPool start() {
    return new MemoryPool(machine);
  }

  /** The volume that a disk's record names, also one that is being erased; else a random one. */
  static UUID volume(MemoryDisk disk) throws IOException {
    return Ledger.read(disk) instanceof Reading.Joined joined && joined.record().claim() != null
        ? joined.record().claim().volume()
        : UUID.randomUUID();
  }
}
