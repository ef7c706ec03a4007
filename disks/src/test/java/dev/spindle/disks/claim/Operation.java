package dev.spindle.disks.claim;

import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import java.util.UUID;

/**
 * Something the driver does that writes to a disk.
 *
 * @param disk what the disk holds before; the volume on it, if there is one, is called pvc-1
 * @param work the real code, beginning with a look at the disks; done again when it was cut short,
 *     it comes to its end
 * @param end what the judge says of the disk afterwards, but for the volume's UUID
 * @param joins whether the disk is nobody's before or after: then a cut may leave it touched and
 *     not eligible. Of every other operation it leaves the state before or the state after
 * @param secondPath whether the machine has the disk under a second name
 */
record Operation(
    String name, MemoryDisk disk, Work work, String end, boolean joins, boolean secondPath) {
  /** What is done. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param volume the volume that was on the disk before; a random one if there was none
     */
    void run(MemoryPool pool, UUID volume) throws IOException;
  }

  @Override
  public String toString() {
    return name + ", sectors of " + disk.sectorSize();
  }
}
