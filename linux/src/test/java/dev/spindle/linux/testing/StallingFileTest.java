package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.jnr.NativeLinux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StallingFileTest {
  private static final int SECTOR = 512;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @Test
  void aDiskOverItHangsWhenToldAndLosesNothing() throws Exception {
    try (StallingFile file = StallingFile.create(disks, 1 << 20)) {
      LoopDisk disk = disks.attach(file.path(), SECTOR);
      write(disk, 'a', 0);
      file.stall();
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(disk, 'b', SECTOR));
      CompletableFuture<Byte> reading = CompletableFuture.supplyAsync(() -> read(disk, 0));
      file.awaitAwaited();
      assertThat(writing).isNotDone();
      assertThat(reading).isNotDone();
      file.release();
      writing.get(30, TimeUnit.SECONDS);
      assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo((byte) 'a');
      assertThat(read(disk, SECTOR)).isEqualTo((byte) 'b');
    }
  }

  @Test
  void itHangsFromTheFirstWriteBehindAByteOn() throws Exception {
    try (StallingFile file = StallingFile.create(disks, 1 << 20)) {
      LoopDisk disk = disks.attach(file.path(), SECTOR);
      file.stallAtWriteFrom(SECTOR);
      write(disk, 'a', 0);
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(disk, 'b', SECTOR));
      file.awaitAwaited();
      assertThat(writing).isNotDone();
      file.release();
      writing.get(30, TimeUnit.SECONDS);
      assertThat(read(disk, 0)).isEqualTo((byte) 'a');
    }
  }

  private static void write(LoopDisk disk, char letter, long offset) {
    byte[] sector = new byte[SECTOR];
    Arrays.fill(sector, (byte) letter);
    try (BlockDevice device =
        new NativeLinux().blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      device.write(offset, sector);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static byte read(LoopDisk disk, long offset) {
    try (BlockDevice device = new NativeLinux().blockDevices().open(disk.node(), Access.READ)) {
      return device.read(offset, SECTOR)[0];
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
