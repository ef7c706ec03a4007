package dev.spindle.linux.exec;

import static dev.spindle.linux.testing.KernelErrors.assertFailsWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Errno;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
class LoopDevicesTest {
  @RegisterExtension final LoopDisks disks = new LoopDisks();

  private final BlockDevices devices = new NativeLinux().blockDevices();
  private final LoopDevices loops = new LoopDevices(new Programs(), devices);

  @Test
  void detachingTakesThePartitionsAlong() throws IOException {
    LoopDisk disk = disks.create(8 << 20, 512);
    addPartition(disk);
    Path node = disk.node();
    Path part = disk.partition(1);
    disks.detach(disk);
    assertThat(part).doesNotExist();
    assertThat(new SysBlock(Path.of("/")).read(node.getFileName().toString())).isEmpty();
  }

  @Test
  void aBusyDiskOrPartitionIsNotDetached() throws IOException {
    LoopDisk disk = disks.create(8 << 20, 512);
    addPartition(disk);
    try (BlockDevice held = devices.open(disk.node(), Access.EXCLUSIVE)) {
      assertThat(held.sizeBytes()).isPositive();
      assertFailsWith(Errno.EBUSY, () -> loops.detach(disk.node()));
    }
    try (BlockDevice held = devices.open(disk.partition(1), Access.READ)) {
      assertThat(held.sizeBytes()).isPositive();
      assertFailsWith(Errno.EBUSY, () -> loops.detach(disk.node()));
    }
    assertThat(disk.partition(1)).exists();
  }

  @Test
  void aFileThatIsNotThereIsAnError() throws IOException {
    Path none = disks.folder("files").resolve("none");
    assertThatExceptionOfType(ProgramException.class).isThrownBy(() -> loops.attach(none, 512));
  }

  @Test
  void manyAtOnceGetADeviceEach() throws Exception {
    LoopDisk file = disks.create(1 << 20, 512);
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<Path>> attaching = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        attaching.add(threads.submit(() -> loops.attach(file.file(), 512)));
      }
    } finally {
      threads.shutdown();
    }
    Set<Path> nodes = new HashSet<>();
    for (Future<Path> attached : attaching) {
      nodes.add(attached.get());
    }
    for (Path node : nodes) {
      loops.detach(node);
    }
    assertThat(nodes).hasSize(12).doesNotContain(file.node());
  }

  @Test
  void thoseThatComeAndGoAtOnceDisturbNobody() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> coming = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Path file = disks.folder("files").resolve("file" + i);
        Files.write(file, new byte[1 << 20]);
        coming.add(threads.submit(() -> comeAndGo(file)));
      }
      for (Future<?> each : coming) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private Path comeAndGo(Path file) throws IOException {
    for (int i = 0; i < 15; i++) {
      Path node = loops.attach(file, 512);
      assertThat(new SysBlock(Path.of("/")).read(node.getFileName().toString()))
          .hasValueSatisfying(ours -> assertThat(ours.backingFile()).isEqualTo(file.toString()));
      loops.detach(node);
    }
    return file;
  }

  private void addPartition(LoopDisk disk) throws IOException {
    try (BlockDevice whole = devices.open(disk.node(), Access.READ)) {
      whole.addPartition(1, 1 << 20, 1 << 20);
    }
  }
}
