package dev.spindle.linux.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.testing.SysTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MkfsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  @Test
  void aFilesystemNeedsItsProgramAndTheKernel() throws IOException {
    SysTree tree = new SysTree(root);
    tree.put("proc/filesystems", "nodev\tproc\n\text4\n\tbtrfs\n");
    tree.put("proc/sys/kernel/osrelease", "6.1.0-9\n");
    program("setpriv");
    program("sh");
    program("mkfs.ext4");
    program("mkfs.xfs");
    Mkfs mkfs = new Mkfs(new Programs(List.of(root.resolve("bin"))), root);
    assertThat(mkfs.available()).containsExactly(FilesystemType.EXT4);
    assertThat(mkfs.missing(FilesystemType.EXT4)).isEmpty();
    assertThat(mkfs.missing(FilesystemType.XFS))
        .isEqualTo(
            "the kernel has no xfs: not in /proc/filesystems, and there is no"
                + " /lib/modules/6.1.0-9/modules.dep");
    assertThat(mkfs.missing(FilesystemType.BTRFS))
        .isEqualTo("mkfs.btrfs was not found in " + root.resolve("bin"));
    assertThat(mkfs.checker(FilesystemType.XFS)).isEmpty();
    program("e2fsck");
    assertThat(mkfs.checker(FilesystemType.EXT4)).contains(root.resolve("bin/e2fsck"));
  }

  @Test
  void aFilesystemThatCanBeLoadedIsAvailable() throws IOException {
    SysTree tree = new SysTree(root);
    tree.put("proc/filesystems", "\text4\n");
    tree.put("proc/sys/kernel/osrelease", "6.1.0-9\n");
    tree.put(
        "lib/modules/6.1.0-9/modules.dep",
        "kernel/fs/xfs/xfs.ko.xz: kernel/lib/libcrc32c.ko.xz\nkernel/x.ko: fs/btrfs.ko\n");
    program("setpriv");
    program("sh");
    program("mkfs.xfs");
    program("mkfs.btrfs");
    Mkfs mkfs = new Mkfs(new Programs(List.of(root.resolve("bin"))), root);
    assertThat(mkfs.available()).containsExactly(FilesystemType.XFS);
    assertThat(mkfs.missing(FilesystemType.BTRFS)).endsWith("6.1.0-9/modules.dep");
  }

  @Test
  void withoutSetprivNoFilesystemIsMade() throws IOException {
    SysTree tree = new SysTree(root);
    tree.put("proc/filesystems", "\text4\n");
    program("sh");
    program("mkfs.ext4");
    Mkfs mkfs = new Mkfs(new Programs(List.of(root.resolve("bin"))), root);
    assertThat(mkfs.available()).isEmpty();
    assertThat(mkfs.missing(FilesystemType.EXT4))
        .isEqualTo("setpriv was not found in " + root.resolve("bin"));
  }

  @Test
  void whatIsMissingCannotBeMade() {
    Mkfs mkfs = new Mkfs(new Programs(List.of(root)), root);
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(
            () ->
                mkfs.make(
                    FilesystemType.XFS, Path.of("/dev/x"), UUID.randomUUID(), List.of(), false))
        .withMessageContaining("mkfs.xfs was not found");
  }

  private void program(String name) throws IOException {
    new SysTree(root).put("bin/" + name, "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        root.resolve("bin").resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
