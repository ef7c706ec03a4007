package dev.spindle.linux.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
class LiveSysBlockTest {
  @RegisterExtension final LoopDisks disks = new LoopDisks();

  private final SysBlock sysBlock = new SysBlock(Path.of("/"));

  @Test
  void everyDiskOfThisSystemCanBeRead() throws IOException {
    for (String name : sysBlock.names()) {
      sysBlock.read(name).ifPresent(disk -> assertThat(disk.name()).isEqualTo(name));
    }
  }

  @Test
  void aLoopDiskIsReadAsItWasMade() throws IOException {
    LoopDisk loop = disks.create(8 << 20, 4096);
    SysDisk disk = sysBlock.read(loop.name()).orElseThrow();
    assertThat(disk.node()).isEqualTo(loop.node());
    assertThat(disk.sizeBytes()).isEqualTo(8 << 20);
    assertThat(disk.sectorSize()).isEqualTo(4096);
    assertThat(disk.backingFile()).isEqualTo(loop.file().toString());
    assertThat(sysBlock.number(loop.name())).contains(disk.number());
  }

  @Test
  void disksAndPartitionsMayComeAndGoMeanwhile() throws Exception {
    LoopDisk loop = disks.create(8 << 20, 512);
    String name = loop.name();
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> changes = other.submit(() -> change(loop, enough));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      while (System.nanoTime() < end) {
        for (SysPartition partition : sysBlock.read(name).orElseThrow().partitions()) {
          assertThat(partition.number()).isBetween(1, 2);
          assertThat(partition.lengthBytes()).isEqualTo(1 << 20);
        }
      }
      enough.set(true);
      assertThat(changes.get(30, TimeUnit.SECONDS)).isPositive();
    } finally {
      enough.set(true);
      other.shutdown();
    }
  }

  private static int change(LoopDisk loop, AtomicBoolean enough) throws IOException {
    int rounds = 0;
    try (BlockDevice device = new NativeLinux().blockDevices().open(loop.node(), Access.READ)) {
      while (!enough.get()) {
        device.addPartition(1, 1 << 20, 1 << 20);
        device.addPartition(2, 2 << 20, 1 << 20);
        delete(device, 1);
        delete(device, 2);
        rounds++;
      }
    }
    return rounds;
  }

  /** mkfs.btrfs, wherever it runs on the machine, opens every partition for a moment. */
  private static void delete(BlockDevice device, int partition) throws IOException {
    while (true) {
      try {
        device.deletePartition(partition);
        return;
      } catch (KernelException busy) {
        assertThat(busy.errno()).isEqualTo(Errno.EBUSY);
      }
    }
  }
}
