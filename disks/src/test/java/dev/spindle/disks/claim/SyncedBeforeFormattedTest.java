package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.testing.CrashImages;
import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What mkfs wrote, and the record that says that it did. */
class SyncedBeforeFormattedTest {
  private static final int BOUND = 300;

  @Test
  void noPowerCutLeavesARecordThatSaysFormattedWithoutTheWholeFilesystem() throws IOException {
    MemoryDisk disk = new MemoryDisk(Geometry.SMALLEST_DISK_BYTES, 512);
    Lab lab = new Lab(disk);
    MemoryPool pool = lab.start().look();
    pool.provision(MemoryPool.filesystem("pvc-1", Map.of()));
    byte[] filesystem = new byte[16 << 10];
    Arrays.fill(filesystem, (byte) 7);
    MemoryDisk before;
    try (OpenVolume open = pool.look().claims.open(Lab.volume(disk))) {
      open.formatting();
      before = disk.snapshot();
      disk.startJournal();
      // As an mkfs that leaves it to others to sync.
      try (BlockDevice mkfs =
          pool.hardware.devices().open(open.partition().node(), Access.EXCLUSIVE)) {
        mkfs.write(0, filesystem);
      }
      open.formatted();
    }
    AtomicInteger formatted = new AtomicInteger();
    new CrashImages(before, disk.journal(), BOUND, 1)
        .each(
            image -> {
              if (!image.unreadable() && isFormatted(image.disk())) {
                formatted.incrementAndGet();
                assertThat(image.disk().read(2 * Geometry.MIB, filesystem.length))
                    .isEqualTo(filesystem);
              }
            });
    assertThat(formatted.get()).isPositive();
  }

  private static boolean isFormatted(MemoryDisk disk) throws IOException {
    return Ledger.read(disk) instanceof Reading.Joined joined
        && joined.record().state() == State.FORMATTED;
  }
}
