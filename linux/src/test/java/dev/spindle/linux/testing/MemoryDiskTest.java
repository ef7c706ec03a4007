package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryDiskTest extends RawDiskContract {
  @Override
  protected RawDisk disk() {
    return new MemoryDisk(SIZE, 512);
  }

  @Test
  void aHugeDiskCostsOnlyWhatIsWritten() throws IOException {
    MemoryDisk disk = new MemoryDisk(1L << 50, 4096);
    disk.write((1L << 50) - 4096, filled(4096));
    disk.zero(4096, (1L << 50) - 4096);
    assertThat(disk.blank()).isTrue();
  }

  @Test
  void equalContentHasOneDigestHoweverItCameAbout() throws IOException {
    MemoryDisk disk = new MemoryDisk(1 << 20, 512);
    final String blank = disk.sha256();
    disk.write(512, filled(1024));
    MemoryDisk copy = disk.snapshot();
    assertThat(copy.sha256()).isEqualTo(disk.sha256()).isNotEqualTo(blank);
    disk.zero(512, 1024);
    assertThat(disk.sha256()).isEqualTo(blank);
    assertThat(copy.sha256()).isNotEqualTo(blank);
  }

  @Test
  void aFaultStopsAnOperationBeforeItDoesAnything() throws IOException {
    MemoryDisk disk = new MemoryDisk(1 << 20, 512);
    disk.onEach(
        (operation, offset, length) -> {
          if (operation == MemoryDisk.Operation.WRITE && offset == 512) {
            throw new KernelException("write", "here", Errno.EIO);
          }
        });
    disk.write(0, filled(512));
    assertThatExceptionOfType(KernelException.class).isThrownBy(() -> disk.write(512, filled(512)));
    assertThat(disk.read(512, 512)).containsOnly(0);
  }

  @Test
  void aJournalMakesTheSameDiskAgain() throws IOException {
    MemoryDisk disk = new MemoryDisk(1 << 20, 512);
    disk.write(0, filled(1024));
    MemoryDisk again = disk.snapshot();
    disk.startJournal();
    disk.write(512, filled(8192));
    disk.flush();
    disk.zero(1024, 512);
    disk.discard(2048, 1024);
    assertThat(disk.journal().toString())
        .isEqualTo("[WRITE 512+8192, flush, ZERO 1024+512, DISCARD 2048+1024]");
    for (MemoryDisk.Change change : disk.journal()) {
      again.replay(change);
    }
    assertThat(again.sameAs(disk)).isTrue();
    assertThat(again.fingerprint()).isEqualTo(disk.fingerprint());
  }

  @Test
  void aCopyIsUntouchedByWhatIsDoneToTheOriginal() throws IOException {
    MemoryDisk disk = new MemoryDisk(1 << 20, 512);
    disk.write(0, filled(1024));
    MemoryDisk copy = disk.snapshot();
    disk.zero(0, 512);
    assertThat(copy.read(0, 512)).isEqualTo(filled(512));
    assertThat(copy.sameAs(disk)).isFalse();
    assertThat(copy.sectorsWithData(0, 1 << 20)).containsExactly(0L, 512L);
    assertThat(disk.sectorsWithData(0, 1 << 20)).containsExactly(512L);
  }

  @Test
  void aDiskKeptInAFileComesBack(@TempDir Path folder) throws IOException {
    MemoryDisk disk = new MemoryDisk((3 << 20) + 512, 512);
    disk.write(3 << 20, filled(512));
    disk.saveTo(folder.resolve("image"));
    assertThat(MemoryDisk.ofFile(folder.resolve("image"), 512).sameAs(disk)).isTrue();
  }

  private static byte[] filled(int length) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) 7);
    return data;
  }
}
