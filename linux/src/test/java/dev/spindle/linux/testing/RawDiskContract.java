package dev.spindle.linux.testing;

import static dev.spindle.linux.testing.KernelErrors.assertFailsWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spindle.linux.Errno;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link RawDisk} does, whether memory or a real device. */
public abstract class RawDiskContract {
  /** The size that {@link #disk()} has: large enough for several transfers of a MiB. */
  protected static final long SIZE = 16L << 20;

  /** A disk of {@link #SIZE} bytes, all zero, open for writing. */
  protected abstract RawDisk disk() throws IOException;

  @Test
  void aNewDiskIsAllZero() throws IOException {
    try (RawDisk disk = disk()) {
      assertThat(disk.sizeBytes()).isEqualTo(SIZE);
      assertThat(disk.read(0, (int) SIZE)).isEqualTo(new byte[(int) SIZE]);
    }
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    try (RawDisk disk = disk()) {
      int sector = disk.sectorSize();
      byte[] data = random(3 * sector);
      disk.write(5L * sector, data);
      disk.flush();
      assertThat(disk.read(5L * sector, data.length)).isEqualTo(data);
      assertThat(disk.read(4L * sector, sector)).containsOnly(0);
      assertThat(disk.read(8L * sector, sector)).containsOnly(0);
    }
  }

  @Test
  void aTransferMayBeLargerThanAnyBuffer() throws IOException {
    try (RawDisk disk = disk()) {
      byte[] data = random((3 << 20) + disk.sectorSize());
      disk.write(SIZE - data.length, data);
      assertThat(disk.read(SIZE - data.length, data.length)).isEqualTo(data);
    }
  }

  @Test
  void zeroingClearsItsRangeAndNoMore() throws IOException {
    try (RawDisk disk = disk()) {
      int sector = disk.sectorSize();
      byte[] data = random(1 << 20);
      disk.write(0, data);
      disk.zero(sector, data.length - 2L * sector);
      byte[] expected = new byte[data.length];
      System.arraycopy(data, 0, expected, 0, sector);
      System.arraycopy(data, data.length - sector, expected, data.length - sector, sector);
      assertThat(disk.read(0, data.length)).isEqualTo(expected);
    }
  }

  @Test
  void theFirstDataOfARangeAreFoundToTheByteAndNoneOutsideIt() throws IOException {
    try (RawDisk disk = disk()) {
      int sector = disk.sectorSize();
      byte[] data = new byte[sector];
      data[sector - 1] = 1;
      for (long at : new long[] {0, 5L * sector, (3 << 20) - sector, SIZE - sector}) {
        disk.write(at, data);
        disk.flush();
        assertThat(disk.firstData(0, SIZE)).isEqualTo(at + sector - 1);
        assertThat(disk.firstData(at, sector)).isEqualTo(at + sector - 1);
        assertThat(disk.firstData(0, at)).isEqualTo(at);
        assertThat(disk.firstData(at + sector, SIZE - at - sector)).isEqualTo(SIZE);
        disk.zero(at, sector);
      }
      assertThat(disk.firstData(0, SIZE)).isEqualTo(SIZE);
      assertThatIllegalArgumentException().isThrownBy(() -> disk.firstData(SIZE, sector));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.firstData(1, sector));
    }
  }

  @Test
  void discardingLeavesTheRestAlone() throws IOException {
    try (RawDisk disk = disk()) {
      byte[] data = random(3 << 20);
      disk.write(0, data);
      disk.discard(1 << 20, 1 << 20);
      assertThat(disk.read(0, 1 << 20)).isEqualTo(Arrays.copyOf(data, 1 << 20));
      assertThat(disk.read(2 << 20, 1 << 20)).isEqualTo(Arrays.copyOfRange(data, 2 << 20, 3 << 20));
    }
  }

  @Test
  void theLastSectorCanBeWritten() throws IOException {
    try (RawDisk disk = disk()) {
      byte[] data = random(disk.sectorSize());
      disk.write(SIZE - data.length, data);
      assertThat(disk.read(SIZE - data.length, data.length)).isEqualTo(data);
    }
  }

  @Test
  void nothingIsARangeToo() throws IOException {
    try (RawDisk disk = disk()) {
      assertThat(disk.read(SIZE, 0)).isEmpty();
      disk.write(SIZE, new byte[0]);
      disk.zero(SIZE, 0);
      disk.discard(0, 0);
      assertThat(disk.read(0, (int) SIZE)).isEqualTo(new byte[(int) SIZE]);
    }
  }

  @Test
  void partsOfSectorsAreRefused() throws IOException {
    try (RawDisk disk = disk()) {
      int sector = disk.sectorSize();
      assertThatIllegalArgumentException().isThrownBy(() -> disk.read(1, sector));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.read(0, sector - 1));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.write(0, new byte[sector + 1]));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.zero(sector / 2, sector));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.discard(0, sector / 2));
    }
  }

  @Test
  void rangesBeyondTheDiskAreRefusedAndTouchNothing() throws IOException {
    try (RawDisk disk = disk()) {
      int sector = disk.sectorSize();
      byte[] two = random(2 * sector);
      assertThatIllegalArgumentException().isThrownBy(() -> disk.read(SIZE, sector));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.read(-sector, sector));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.write(SIZE - sector, two));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.zero(0, SIZE + sector));
      assertThatIllegalArgumentException().isThrownBy(() -> disk.zero(0, -sector));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> disk.discard(sector, Long.MAX_VALUE - sector + 1));
      assertThat(disk.read(0, (int) SIZE)).isEqualTo(new byte[(int) SIZE]);
    }
  }

  @Test
  void aClosedDiskAnswersEbadf() throws IOException {
    RawDisk disk = disk();
    disk.close();
    disk.close();
    int sector = disk.sectorSize();
    assertFailsWith(Errno.EBADF, () -> disk.read(0, sector));
    assertFailsWith(Errno.EBADF, () -> disk.firstData(0, sector));
    assertFailsWith(Errno.EBADF, () -> disk.write(0, new byte[sector]));
    assertFailsWith(Errno.EBADF, () -> disk.zero(0, sector));
    assertFailsWith(Errno.EBADF, () -> disk.discard(0, sector));
    assertFailsWith(Errno.EBADF, disk::flush);
  }

  private static byte[] random(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }
}
