package dev.spindle.disks.scrub;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.RawDisk;
import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** A disk in memory that has data in every MiB and is to be erased. */
final class ScrubbedDisk {
  static final long MIB = 1L << 20;
  static final long VOLUME = 2 * MIB;

  final MemoryDisk disk;
  final long volumeBytes;

  ScrubbedDisk(long mebibytes, int sectorSize, ScrubMethod method) throws IOException {
    disk = new MemoryDisk(mebibytes * MIB, sectorSize);
    Geometry geometry = Geometry.of(sectorSize, mebibytes * MIB);
    volumeBytes = geometry.volume().lengthBytes();
    DiskRecord free =
        new DiskRecord(
            new Owner("test.spindle.dev", "n1"),
            UUID.randomUUID(),
            geometry,
            State.FREE,
            null,
            null);
    Ledger.join(disk, free);
    Ledger.write(disk, MIB, free.scrubbing(ScrubProgress.starting(method)), 2);
    byte[] data = new byte[4096];
    Arrays.fill(data, (byte) 7);
    for (long at = VOLUME; at < VOLUME + volumeBytes; at += MIB) {
      disk.write(at, data);
    }
    disk.flush();
  }

  /** An erasure with a checkpoint after each piece. */
  static Erasure erasure(RawDisk disk, BooleanSupplier stopping) throws IOException {
    return new Erasure(disk, reading(disk), new Pace(0, stopping), Duration.ZERO, any -> {});
  }

  static Erasure erasure(RawDisk disk) throws IOException {
    return erasure(disk, () -> false);
  }

  static Reading.Joined reading(RawDisk disk) throws IOException {
    return (Reading.Joined) Ledger.read(disk);
  }

  static State state(RawDisk disk) throws IOException {
    return reading(disk).record().state();
  }

  static ScrubProgress progress(RawDisk disk) throws IOException {
    ScrubProgress progress = reading(disk).record().scrub();
    if (progress == null) {
      throw new AssertionError("no scrub in " + reading(disk).record());
    }
    return progress;
  }

  /**
   * The first byte of the volume, from some byte of it on, that is not zero; -1 if there is none.
   */
  static long firstData(RawDisk disk, long volumeBytes) throws IOException {
    for (long at = 0; at < volumeBytes; at += MIB) {
      int found = Arrays.mismatch(disk.read(VOLUME + at, (int) MIB), new byte[(int) MIB]);
      if (found >= 0) {
        return at + found;
      }
    }
    return -1;
  }
}
