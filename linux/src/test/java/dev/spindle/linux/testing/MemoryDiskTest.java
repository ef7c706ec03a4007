package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

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
  void aTornDiskDropsEverythingAfterTheGivenWrite() throws IOException {
    MemoryDisk medium = new MemoryDisk(1 << 20, 512);
    TornDisk torn = new TornDisk(medium);
    torn.failAfter(2);
    torn.write(0, filled(512));
    torn.flush();
    torn.zero(512, 512);
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> torn.write(1024, filled(512)));
    assertThatExceptionOfType(KernelException.class).isThrownBy(torn::flush);
    assertThat(medium.read(1024, 512)).containsOnly(0);
    assertThat(torn.writes()).isEqualTo(2);
    MemoryDisk again = new MemoryDisk(1 << 20, 512);
    for (var epoch : torn.epochs()) {
      for (TornDisk.Write write : epoch) {
        write.replay(again);
      }
    }
    assertThat(again.sha256()).isEqualTo(medium.sha256());
  }

  private static byte[] filled(int length) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) 7);
    return data;
  }
}
