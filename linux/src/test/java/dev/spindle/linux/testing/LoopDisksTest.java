package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequireRoot
class LoopDisksTest {
  private static final MountOptions PLAIN = MountOptions.parse(List.of());

  private final NativeLinux linux = new NativeLinux();
  private final LoopDisks disks = new LoopDisks();

  @AfterEach
  void cleanUp() {
    disks.clean();
  }

  @Test
  void whateverATestLeftIsCleaned() throws IOException {
    LoopDisk disk = disks.create(64 << 20, 512);
    partition(disk);
    Path part = disk.partition(1);
    new Mkfs(new Programs(), Path.of("/"))
        .make(
            new NewFilesystem(FilesystemType.EXT4, UUID.randomUUID(), "", List.of(), List.of()),
            part,
            false);
    Path staged = disks.folder("staged");
    linux.mounts().mount(part, staged, "ext4", PLAIN);
    linux.mounts().bind(staged, disks.folder("published"), true);
    linux.mounts().bind(part, Files.createFile(disks.folder("devices").resolve("d")), false);
    Path inner = staged.resolve("inner");
    Files.write(inner, new byte[1 << 20]);
    LoopDisk nested = disks.attach(inner, 512);
    final Path nestedNode = nested.node();
    final Path node = disk.node();
    disks.clean();
    assertThat(part).doesNotExist();
    assertThat(disk.file()).doesNotExist();
    assertThat(staged).doesNotExist();
    assertThat(attached(node)).isEmpty();
    assertThat(attached(nestedNode)).isEmpty();
    assertThat(new ProcMounts(Path.of("/")).read())
        .noneMatch(mount -> mount.source().startsWith(node + "p"));
  }

  @Test
  void whatCannotBeCleanedFailsTheTest() throws IOException {
    LoopDisk disk = disks.create(64 << 20, 512);
    partition(disk);
    try (BlockDevice held = linux.blockDevices().open(disk.partition(1), Access.READ)) {
      assertThat(held.sizeBytes()).isPositive();
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(disks::clean)
          .withMessageContaining("EBUSY");
      assertThat(disk.file()).exists();
    }
    disks.clean();
    assertThat(disk.file()).doesNotExist();
  }

  @Test
  void aDiskThatWasDetachedComesBackWithItsContent() throws IOException {
    LoopDisk disk = disks.create(1 << 20, 4096);
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      byte[] data = new byte[4096];
      data[9] = 9;
      device.write(4096, data);
    }
    disks.detach(disk);
    assertThat(disk.attached()).isFalse();
    disks.reattach(disk);
    try (BlockDevice device = linux.blockDevices().open(disk.node(), Access.READ)) {
      assertThat(device.sectorSize()).isEqualTo(4096);
      assertThat(device.read(4096, 4096)[9]).isEqualTo((byte) 9);
    }
    disks.clean();
  }

  private void partition(LoopDisk disk) throws IOException {
    try (BlockDevice whole = linux.blockDevices().open(disk.node(), Access.READ)) {
      whole.addPartition(1, 1 << 20, 32 << 20);
    }
  }

  private static Optional<SysDisk> attached(Path node) throws IOException {
    return new SysBlock(Path.of("/")).read(node.getFileName().toString());
  }
}
