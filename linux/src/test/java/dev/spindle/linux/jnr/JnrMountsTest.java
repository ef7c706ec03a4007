package dev.spindle.linux.jnr;

import static dev.spindle.linux.testing.KernelErrors.assertFailsWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequireRoot
class JnrMountsTest {
  private static final long SIZE = 320L << 20;
  private static final MountOptions PLAIN = MountOptions.parse(List.of());

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  private final Mounts mounts = new NativeLinux().mounts();

  @ParameterizedTest
  @EnumSource
  void aFilesystemIsMountedUsedAndUnmounted(FilesystemType type) throws IOException {
    LoopDisk disk = formatted(type, 4096);
    Path target = disks.folder("a target");
    mounts.mount(disk.node(), target, type.fsName(), PLAIN);
    Mount mount = at(target).orElseThrow();
    assertThat(mount.type()).isEqualTo(type.fsName());
    assertThat(mount.source()).isEqualTo(disk.node().toString());
    assertThat(mount.root()).isEqualTo("/");
    Files.writeString(target.resolve("file"), "content");

    Mounts.Usage usage = mounts.usage(target);
    assertThat(usage.totalBytes()).isBetween(SIZE / 2, SIZE);
    assertThat(usage.availableBytes()).isBetween(SIZE / 4, usage.totalBytes());
    assertThat(usage.usedBytes()).isBetween(0L, SIZE / 4);
    if (type == FilesystemType.BTRFS) {
      assertThat(usage.inodes()).isZero();
    } else {
      assertThat(usage.freeInodes()).isBetween(1L, usage.inodes());
    }
    mounts.unmount(target);
    assertThat(at(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aTrialForReadingOnlyWritesNothing(FilesystemType type) throws IOException {
    LoopDisk disk = formatted(type, 512);
    blockdev("--setro", disk);
    try {
      mounts.tryOut(disk.node(), type.fsName(), true);
      assertThatThrownBy(() -> mounts.tryOut(disk.node(), type.fsName(), false))
          .isInstanceOf(KernelException.class);
    } finally {
      // The kernel keeps it for whoever gets this loop device next.
      blockdev("--setrw", disk);
    }
  }

  private static void blockdev(String change, LoopDisk disk) throws IOException {
    new Programs()
        .run(List.of("/usr/sbin/blockdev", change, disk.node().toString()), Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @EnumSource
  void aTrialMountShowsNowhereAndLeavesTheDeviceFree(FilesystemType type) throws IOException {
    LoopDisk disk = formatted(type, 4096);
    mounts.tryOut(disk.node(), type.fsName(), false);
    assertThat(new ProcMounts(Path.of("/")).read())
        .noneMatch(mount -> mount.source().equals(disk.node().toString()));
    // Open exclusively it can be only if the kernel has let go of it.
    try (BlockDevice device =
        new NativeLinux().blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      device.zero(0, 1 << 20);
    }
    assertThatThrownBy(() -> mounts.tryOut(disk.node(), type.fsName(), false))
        .isInstanceOfSatisfying(
            KernelException.class,
            failure ->
                assertThat(failure.operation()).isEqualTo("trial mount as " + type.fsName()));
    assertFailsWith(Errno.ENODEV, () -> mounts.tryOut(disk.node(), "nosuchfs", false));
  }

  @Test
  void flagsAndDataReachTheKernel() throws IOException {
    LoopDisk disk = formatted(FilesystemType.EXT4, 512);
    Path target = disks.folder("target");
    MountOptions wanted =
        MountOptions.parse(List.of("noatime,nosuid", "nodev", "errors=remount-ro,commit=7"));
    mounts.mount(disk.node(), target, "ext4", wanted);
    Mount mount = at(target).orElseThrow();
    assertThat(mount.options()).contains("noatime", "nosuid", "nodev", "rw");
    assertThat(mount.superOptions()).contains("errors=remount-ro", "commit=7");
    assertThat(wanted.agreesWith(mount)).isTrue();
    assertThat(PLAIN.agreesWith(mount)).isFalse();
  }

  @Test
  void aReadOnlyBindKeepsTheFlagsOfItsSource() throws IOException {
    LoopDisk disk = formatted(FilesystemType.EXT4, 512);
    Path staged = disks.folder("staged");
    Path published = disks.folder("published");
    mounts.mount(
        disk.node(),
        staged,
        "ext4",
        MountOptions.parse(List.of("noatime,nodiratime,nosuid,nodev,noexec,nosymfollow")));
    mounts.bind(staged, published, true);
    assertThat(at(published).orElseThrow().options())
        .contains("ro", "noatime", "nodiratime", "nosuid", "nodev", "noexec", "nosymfollow");
    assertThat(at(staged).orElseThrow().readOnly()).isFalse();
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.writeString(published.resolve("file"), "content"));
    Files.writeString(staged.resolve("file"), "content");
    assertThat(published.resolve("file")).hasContent("content");
  }

  @Test
  void aReadOnlyBindKeepsStrictAndRelativeTimes() throws IOException {
    LoopDisk disk = formatted(FilesystemType.EXT4, 512);
    for (String times : List.of("strictatime", "relatime")) {
      Path staged = disks.folder("staged-" + times);
      Path published = disks.folder("published-" + times);
      mounts.mount(disk.node(), staged, "ext4", MountOptions.parse(List.of(times)));
      mounts.bind(staged, published, true);
      assertThat(at(published).orElseThrow().options().contains("relatime"))
          .isEqualTo(times.equals("relatime"));
    }
  }

  @Test
  void aPlainBindIsWritable() throws IOException {
    Path source = disks.folder("source");
    Path target = disks.folder("target");
    mounts.bind(source, target, false);
    Files.writeString(target.resolve("file"), "content");
    assertThat(source.resolve("file")).hasContent("content");
    assertThat(at(target).orElseThrow().readOnly()).isFalse();
  }

  @Test
  void aDeviceNodeIsBoundToAFile() throws IOException {
    LoopDisk disk = disks.create(1 << 20, 512);
    Path target = Files.createFile(disks.folder("publish").resolve("device"));
    mounts.bind(disk.node(), target, true);
    assertThat(at(target).orElseThrow().readOnly()).isTrue();
    assertThat(at(target).orElseThrow().root()).endsWith("/" + disk.name());
    assertThat(Files.getAttribute(target, "unix:rdev"))
        .isEqualTo(Files.getAttribute(disk.node(), "unix:rdev"));
    mounts.unmount(target);
  }

  @Test
  void aMountInUseIsBusyAndStays() throws IOException {
    LoopDisk disk = formatted(FilesystemType.EXT4, 512);
    Path target = disks.folder("target");
    mounts.mount(disk.node(), target, "ext4", PLAIN);
    try (OutputStream open = Files.newOutputStream(target.resolve("file"))) {
      open.write(1);
      assertFailsWith(Errno.EBUSY, () -> mounts.unmount(target));
    }
    assertThat(at(target)).isPresent();
    mounts.unmount(target);
    assertFailsWith(Errno.EINVAL, () -> mounts.unmount(target));
  }

  @Test
  void errorsHaveTheirNames() throws IOException {
    LoopDisk disk = formatted(FilesystemType.EXT4, 512);
    Path target = disks.folder("target");
    Path none = target.resolve("none");
    Path node = disk.node();
    assertFailsWith(Errno.ENOENT, () -> mounts.mount(node, none, "ext4", PLAIN));
    assertFailsWith(Errno.ENODEV, () -> mounts.mount(node, target, "nofs", PLAIN));
    assertFailsWith(Errno.EINVAL, () -> mounts.mount(node, target, "xfs", PLAIN));
    assertFailsWith(
        Errno.EINVAL, () -> mounts.mount(node, target, "ext4", new MountOptions(0, "nonsense")));
    assertFailsWith(
        Errno.EINVAL,
        () -> mounts.mount(node, target, "ext4", new MountOptions(0, "x".repeat(5000))));
    assertFailsWith(Errno.ENOENT, () -> mounts.bind(none, target, false));
    assertFailsWith(Errno.ENOENT, () -> mounts.usage(none));
    assertFailsWith(Errno.ENOENT, () -> mounts.unmount(none));
    assertThat(at(target)).isEmpty();
  }

  @Test
  void aLinkIsNotFollowedToWhatShallBeUnmounted() throws IOException {
    Path target = disks.folder("target");
    mounts.bind(disks.folder("source"), target, false);
    Path link = Files.createSymbolicLink(disks.folder("links").resolve("link"), target);
    assertFailsWith(Errno.EINVAL, () -> mounts.unmount(link));
    assertThat(at(target)).isPresent();
  }

  private LoopDisk formatted(FilesystemType type, int sector) throws IOException {
    LoopDisk disk = disks.create(SIZE, sector);
    new Mkfs(new Programs(), Path.of("/"))
        .make(
            new NewFilesystem(type, UUID.randomUUID(), "", List.of(), List.of()),
            disk.node(),
            false);
    return disk;
  }

  private static Optional<Mount> at(Path target) throws IOException {
    return new ProcMounts(Path.of("/"))
        .read().stream()
            .filter(mount -> mount.target().equals(target))
            .reduce((below, above) -> above);
  }
}
