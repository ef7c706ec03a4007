package dev.spindle.linux.jnr;

import static dev.spindle.linux.testing.KernelErrors.assertFailsWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Errno;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequireRoot
class JnrBlockDeviceTest {
  private static final long MIB = 1 << 20;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  private final NativeLinux linux = new NativeLinux();
  private final BlockDevices devices = linux.blockDevices();

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void anOpenDeviceTellsWhatTheKernelTells(int sector) throws IOException {
    LoopDisk disk = disks.create(64 * MIB, sector);
    var known = new SysBlock(Path.of("/")).read(disk.name()).orElseThrow();
    try (BlockDevice device = devices.open(disk.node(), Access.READ)) {
      assertThat(device.path()).isEqualTo(disk.node().toString());
      assertThat(device.number()).isEqualTo(known.number());
      assertThat(device.number().major()).isEqualTo(7);
      assertThat(device.sizeBytes()).isEqualTo(64 * MIB).isEqualTo(known.sizeBytes());
      assertThat(device.sectorSize()).isEqualTo(sector).isEqualTo(known.sectorSize());
      assertThat(device.diskSequence()).isEqualTo(known.diskSequence()).isPositive();
      assertThat(device.readOnly()).isFalse();
    }
  }

  @Test
  void aDiskThatComesBackHasAnotherSequence() throws IOException {
    LoopDisk disk = disks.create(MIB, 512);
    long before = sequence(disk);
    disks.detach(disk);
    disks.reattach(disk);
    assertThat(sequence(disk)).isGreaterThan(before);
  }

  @Test
  void onlyOneExclusiveOpenerIsGranted() throws IOException {
    Path node = disks.create(MIB, 512).node();
    try (BlockDevice held = devices.open(node, Access.EXCLUSIVE)) {
      assertFailsWith(Errno.EBUSY, () -> devices.open(node, Access.EXCLUSIVE));
      assertFailsWith(Errno.EBUSY, () -> devices.open(node, Access.EXCLUSIVE_READ));
      try (BlockDevice looker = devices.open(node, Access.READ)) {
        held.write(0, new byte[512]);
        assertThat(looker.read(0, 512)).hasSize(512);
      }
    }
    devices.open(node, Access.EXCLUSIVE_READ).close();
    devices.open(node, Access.EXCLUSIVE).close();
  }

  /** A child has copies of all descriptors until it executes its program, the longer the more. */
  @Test
  void aDeviceThatWasClosedIsFreeAlsoWhileProgramsAreBeingStarted() throws Exception {
    Path node = disks.create(MIB, 512).node();
    AtomicBoolean enough = new AtomicBoolean();
    List<Closeable> descriptors = new ArrayList<>();
    ExecutorService starting = Executors.newFixedThreadPool(3);
    try {
      for (int i = 0; i < 3000; i++) {
        descriptors.add(Files.newByteChannel(Path.of("/dev/null")));
      }
      List<Future<Integer>> starts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        starts.add(starting.submit(() -> startUntil(enough)));
      }
      for (int i = 0; i < 3000; i++) {
        devices.open(node, Access.EXCLUSIVE).close();
      }
      enough.set(true);
      for (Future<Integer> started : starts) {
        assertThat(started.get()).isPositive();
      }
    } finally {
      enough.set(true);
      starting.shutdown();
      for (Closeable descriptor : descriptors) {
        descriptor.close();
      }
    }
  }

  private static int startUntil(AtomicBoolean enough) throws IOException {
    int starts = 0;
    do {
      new Programs().run(List.of("/bin/true"), Duration.ofMinutes(1));
      starts++;
    } while (!enough.get());
    return starts;
  }

  @Test
  void aMountedDeviceIsBusyWholeAndInParts() throws IOException {
    LoopDisk disk = disks.create(64 * MIB, 512);
    addPartition(disk, 2, 2 * MIB, 32 * MIB);
    Path part = disk.partition(2);
    new Programs().run(List.of("/sbin/mkfs.ext4", "-q", part.toString()), Duration.ofMinutes(1));
    Path target = disks.folder("mnt");
    linux.mounts().mount(part, target, "ext4", new MountOptions(0, ""));
    assertFailsWith(Errno.EBUSY, () -> devices.open(part, Access.EXCLUSIVE));
    assertFailsWith(Errno.EBUSY, () -> devices.open(part, Access.EXCLUSIVE_READ));
    assertFailsWith(Errno.EBUSY, () -> devices.open(disk.node(), Access.EXCLUSIVE));
    try (BlockDevice whole = devices.open(disk.node(), Access.READ)) {
      assertFailsWith(Errno.EBUSY, () -> whole.deletePartition(2));
      linux.mounts().unmount(target);
      whole.deletePartition(2);
    }
    assertThat(part).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void partitionsAreAddedResizedAndDeleted(int sector) throws IOException {
    LoopDisk disk = disks.create(64 * MIB, sector);
    try (BlockDevice whole = devices.open(disk.node(), Access.EXCLUSIVE)) {
      whole.addPartition(1, MIB, MIB);
      whole.addPartition(2, 2 * MIB, 16 * MIB);
      assertFailsWith(Errno.EBUSY, () -> whole.addPartition(2, 20 * MIB, MIB));
      assertFailsWith(Errno.EBUSY, () -> whole.addPartition(3, 17 * MIB, 4 * MIB));
      whole.resizePartition(2, 2 * MIB, 32 * MIB);
      assertFailsWith(Errno.ENXIO, () -> whole.deletePartition(7));
    }
    var parts = new SysBlock(Path.of("/")).read(disk.name()).orElseThrow().partitions();
    assertThat(parts).extracting("number").containsExactly(1, 2);
    assertThat(parts.get(1).startBytes()).isEqualTo(2 * MIB);
    assertThat(parts.get(1).lengthBytes()).isEqualTo(32 * MIB);
    try (BlockDevice part = devices.open(disk.partition(2), Access.EXCLUSIVE)) {
      assertThat(part.number()).isEqualTo(parts.get(1).device());
      assertThat(part.sizeBytes()).isEqualTo(32 * MIB);
      assertThat(part.sectorSize()).isEqualTo(sector);
    }
    try (BlockDevice whole = devices.open(disk.node(), Access.READ)) {
      whole.deletePartition(1);
      whole.deletePartition(2);
    }
    assertThat(disk.partition(2)).doesNotExist();
  }

  @Test
  void aPartitionThatIsOpenCannotBeDeleted() throws IOException {
    LoopDisk disk = disks.create(64 * MIB, 512);
    addPartition(disk, 1, MIB, MIB);
    try (BlockDevice whole = devices.open(disk.node(), Access.READ)) {
      try (BlockDevice part = devices.open(disk.partition(1), Access.READ)) {
        assertThat(part.sizeBytes()).isEqualTo(MIB);
        assertFailsWith(Errno.EBUSY, () -> whole.deletePartition(1));
      }
      whole.deletePartition(1);
    }
  }

  @Test
  void manyPartitionsHaveNumbersBeyondAByte() throws IOException {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (BlockDevice whole = devices.open(disk.node(), Access.READ)) {
      for (int i = 1; i <= 40; i++) {
        whole.addPartition(i, i * MIB, MIB);
      }
    }
    for (var part : new SysBlock(Path.of("/")).read(disk.name()).orElseThrow().partitions()) {
      try (BlockDevice device = devices.open(part.node(), Access.READ)) {
        assertThat(device.number()).isEqualTo(part.device());
      }
    }
  }

  @Test
  void aReaderCannotWrite() throws IOException {
    try (BlockDevice device = devices.open(disks.create(MIB, 512).node(), Access.READ)) {
      assertFailsWith(Errno.EBADF, () -> device.write(0, new byte[512]));
      assertFailsWith(Errno.EBADF, () -> device.zero(0, 512));
      assertFailsWith(Errno.EBADF, () -> device.discard(0, 512));
    }
  }

  @Test
  void onlyBlockDevicesAreOpened() throws IOException {
    Path folder = disks.folder("nodes");
    Path file = Files.writeString(folder.resolve("file"), "text");
    assertFailsWith(Errno.ENOTBLK, () -> devices.open(file, Access.READ));
    assertFailsWith(Errno.ENOTBLK, () -> devices.open(folder, Access.READ));
    assertFailsWith(Errno.ENOTBLK, () -> devices.open(Path.of("/dev/null"), Access.READ));
    assertFailsWith(Errno.ENOENT, () -> devices.open(folder.resolve("none"), Access.READ));
    Path pipe = folder.resolve("pipe");
    new Programs().run(List.of("/usr/bin/mkfifo", pipe.toString()), Duration.ofSeconds(10));
    assertFailsWith(Errno.ENOTBLK, () -> devices.open(pipe, Access.READ));
  }

  @Test
  void aClosedDeviceAnswersEbadfToEverything() throws IOException {
    BlockDevice device = devices.open(disks.create(MIB, 512).node(), Access.READ);
    device.close();
    assertFailsWith(Errno.EBADF, device::diskSequence);
    assertFailsWith(Errno.EBADF, device::readOnly);
    assertFailsWith(Errno.EBADF, device::lock);
    assertFailsWith(Errno.EBADF, () -> device.addPartition(1, 0, 512));
    assertFailsWith(Errno.EBADF, () -> device.deletePartition(1));
    assertFailsWith(Errno.EBADF, () -> linux.signatures().probe(device));
  }

  @Test
  void closingGivesTheDescriptorBack() throws IOException {
    Path node = disks.create(MIB, 512).node();
    devices.open(node, Access.EXCLUSIVE).close();
    long before = descriptors();
    for (int i = 0; i < 50; i++) {
      try (BlockDevice device = devices.open(node, Access.EXCLUSIVE)) {
        device.read(0, 512);
        linux.signatures().probe(device);
      }
      assertFailsWith(Errno.ENOTBLK, () -> devices.open(Path.of("/dev/zero"), Access.READ));
    }
    assertThat(descriptors()).isLessThan(before + 25);
  }

  @Test
  void aLockWaitsForItsHolder() throws Exception {
    Path node = disks.create(MIB, 512).node();
    BlockDevice holder = devices.open(node, Access.READ);
    holder.lock();
    var later = Executors.newSingleThreadScheduledExecutor();
    try (BlockDevice waiter = devices.open(node, Access.READ)) {
      CompletableFuture<Void> closed = new CompletableFuture<>();
      later.execute(
          () -> {
            try {
              Thread.sleep(300);
              holder.close();
              closed.complete(null);
            } catch (IOException | InterruptedException e) {
              closed.completeExceptionally(e);
            }
          });
      waiter.lock();
      closed.get(10, TimeUnit.SECONDS);
    } finally {
      later.shutdown();
    }
  }

  @Test
  void aLockThatIsNotGivenUpIsAnError() throws IOException {
    Path node = disks.create(MIB, 512).node();
    try (BlockDevice holder = devices.open(node, Access.READ);
        BlockDevice waiter = devices.open(node, Access.READ)) {
      holder.lock();
      assertFailsWith(Errno.EAGAIN, waiter::lock);
    }
  }

  @Test
  void aReadThatTheDiskCannotServeIsAnErrorAndNoZeroes() throws IOException {
    LoopDisk disk = disks.create(16 * MIB, 512);
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(MIB);
    }
    try (BlockDevice device = devices.open(disk.node(), Access.READ)) {
      assertThat(device.read(0, 512)).containsOnly(0);
      assertFailsWith(Errno.EIO, () -> device.read(8 * MIB, 4096));
    }
  }

  /** As of a disk that is pulled: its reads end at once, without an error. */
  @Test
  void aReadBehindTheEndOfADiskThatHasShrunkIsAnErrorAndNoZeroes() throws IOException {
    LoopDisk disk = disks.create(16 * MIB, 512);
    try (BlockDevice device = devices.open(disk.node(), Access.READ)) {
      try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
        file.setLength(MIB);
      }
      new Programs()
          .run(
              List.of(
                  new Programs().find("losetup").orElseThrow().toString(),
                  "--set-capacity",
                  disk.node().toString()),
              Duration.ofSeconds(30));
      assertThat(device.read(0, (int) MIB)).containsOnly(0);
      assertFailsWith(Errno.EIO, () -> device.read(8 * MIB, 4096));
      assertFailsWith(Errno.EIO, () -> device.read(MIB - 4096, 8192));
    }
  }

  private long sequence(LoopDisk disk) throws IOException {
    try (BlockDevice device = devices.open(disk.node(), Access.READ)) {
      return device.diskSequence();
    }
  }

  private void addPartition(LoopDisk disk, int number, long start, long length) throws IOException {
    try (BlockDevice whole = devices.open(disk.node(), Access.EXCLUSIVE)) {
      whole.addPartition(number, start, length);
    }
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
