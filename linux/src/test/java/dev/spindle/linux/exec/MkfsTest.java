package dev.spindle.linux.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Checked;
import dev.spindle.linux.Feature;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.NewFilesystem;
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
                    new NewFilesystem(
                        FilesystemType.XFS, UUID.randomUUID(), "x", List.of(), List.of()),
                    Path.of("/dev/x"),
                    false))
        .withMessageContaining("mkfs.xfs was not found");
  }

  private void program(String name) throws IOException {
    new SysTree(root).put("bin/" + name, "#!/bin/sh\n");
    executable(name);
  }

  private void executable(String name) throws IOException {
    Files.setPosixFilePermissions(
        root.resolve("bin").resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void whatAClassAsksForCountsAndWhatIsLeftOutComesBeforeIt() throws IOException {
    SysTree tree = new SysTree(root);
    tree.put("proc/filesystems", "\text4\n");
    Path said = root.resolve("said");
    Path bin = root.resolve("bin");
    tree.put("bin/mkfs.ext4", "#!/bin/sh\necho \"$@\" > " + said + "\n");
    executable("mkfs.ext4");
    Mkfs mkfs = new Mkfs(new Programs(List.of(bin, Path.of("/usr/bin"), Path.of("/bin"))), root);
    UUID uuid = UUID.randomUUID();
    mkfs.make(
        new NewFilesystem(
            FilesystemType.EXT4,
            uuid,
            "data-0",
            List.of("-i", "65536", "-O", "orphan_file", "-E", "stride=4"),
            Feature.newestFirst(FilesystemType.EXT4)),
        Path.of("/dev/x"),
        true);
    assertThat(said)
        .hasContent(
            "-q -b 4096 -m 0 -U "
                + uuid
                + " -E lazy_itable_init=1,lazy_journal_init=0,nodiscard,stride=4 -L data-0"
                + " -O ^orphan_file,^metadata_csum_seed,orphan_file -i 65536 -F /dev/x");
  }

  @Test
  void aCheckAnswersWithWhateverItsProgramEndsWithAndItsErrorsFirst() throws IOException {
    SysTree tree = new SysTree(root);
    tree.put("bin/e2fsck", "#!/bin/sh\necho \"found $@\"; ulimit -d; echo bad >&2; exit 12\n");
    executable("e2fsck");
    Programs programs =
        new Programs(List.of(root.resolve("bin"), Path.of("/usr/bin"), Path.of("/bin")));
    Mkfs mkfs = new Mkfs(programs, root);
    Checked checked = mkfs.check(FilesystemType.EXT4, Path.of("/dev/x"));
    assertThat(checked).isEqualTo(new Checked("e2fsck -fn", 12, "bad\nfound -fn /dev/x\n131072\n"));
    assertThat(mkfs.preen(Path.of("/dev/x")).command()).isEqualTo("e2fsck -fp");
  }

  @Test
  void aCheckWhoseProgramIsMissingSaysSo() {
    Mkfs mkfs = new Mkfs(new Programs(List.of(root)), root);
    for (FilesystemType type : FilesystemType.values()) {
      assertThatExceptionOfType(ProgramException.class)
          .isThrownBy(() -> mkfs.check(type, Path.of("/dev/x")))
          .withMessageContaining("not found in " + root);
    }
  }
}
