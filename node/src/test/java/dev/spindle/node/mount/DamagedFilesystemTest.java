package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static dev.spindle.node.mount.LoopNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.Checked;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.KernelTrials;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A filesystem that was cut off mounts; one that is damaged is checked, and hardly repaired. */
@RequireRoot
class DamagedFilesystemTest {
  private static final int MIB = 1 << 20;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  /** Real programs, and which were run to check. */
  private static final class Watched implements Filesystems {
    private final Filesystems real;
    final List<String> runs = new ArrayList<>();

    Watched(Filesystems real) {
      this.real = real;
    }

    @Override
    public Set<FilesystemType> available() {
      return real.available();
    }

    @Override
    public String missing(FilesystemType type) {
      return real.missing(type);
    }

    @Override
    public KernelTrials trials() {
      return real.trials();
    }

    @Override
    public void make(NewFilesystem wanted, Path device, boolean force) throws IOException {
      real.make(wanted, device, force);
    }

    @Override
    public Checked check(FilesystemType type, Path device) throws IOException {
      // The kernel, in its attempts to mount, may have written; the program must not.
      String before = PartitionContent.read(device).sha256(0, Long.MAX_VALUE);
      Checked checked = real.check(type, device);
      assertThat(PartitionContent.read(device).sha256(0, Long.MAX_VALUE)).isEqualTo(before);
      runs.add(checked.command() + " " + checked.status());
      return checked;
    }

    @Override
    public Checked preen(Path device) throws IOException {
      Checked checked = real.preen(device);
      runs.add(checked.command() + " " + checked.status());
      return checked;
    }
  }

  private static Watched watch(LoopNode node) {
    Watched watched = new Watched(node.host.filesystems());
    node.host = UndoTest.with(node.host, watched);
    return watched;
  }

  private LoopNode used(FilesystemType type) throws IOException {
    LoopNode node = LoopNode.filesystem(disks, type.fsName());
    done(node.stage());
    Files.writeString(node.staging.resolve("file"), "kept");
    done(node.unstage());
    return node;
  }

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void whatAPowerCutLeftIsMountedAndNotChecked(FilesystemType type) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Watched watched = watch(node);
      done(node.stage());
      Path file = node.staging.resolve("file");
      try (OutputStream out = Files.newOutputStream(file);
          FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        out.write("synced".getBytes(StandardCharsets.UTF_8));
        channel.force(true);
      }
      PartitionContent cutOff = PartitionContent.read(node.volume.node());
      done(node.unstage());
      cutOff.putBack();

      done(node.stage());

      assertThat(file).hasContent("synced");
      assertThat(watched.runs).isEmpty();
      done(node.unstage());
    }
  }

  @Test
  void anExt4IsRepairedWhereItsProgramCallsThatSafe() throws IOException {
    for (String harm : List.of("set_bg 0 checksum 1234", "clri <8>")) {
      try (LoopNode node = used(FilesystemType.EXT4)) {
        Watched watched = watch(node);
        run("debugfs", "-w", "-R", harm, node.volume.node().toString());

        done(node.stage());

        assertThat(watched.runs).as(harm).hasSize(2);
        assertThat(watched.runs.get(0)).startsWith("e2fsck -fn ");
        assertThat(watched.runs.get(1)).matches("e2fsck -fp [01]");
        assertThat(node.staging.resolve("file")).hasContent("kept");
        done(node.unstage());
      }
    }
  }

  @Test
  void whatIsNotSafeIsLeftToAPersonWhoIsToldWhatWasFound() throws IOException {
    try (LoopNode node = used(FilesystemType.EXT4)) {
      Watched watched = watch(node);
      run("debugfs", "-w", "-R", "clri <2>", node.volume.node().toString());

      assertThat(refused(node.stage(), Refused.Kind.UNFIT))
          .contains("EUCLEAN", "Root inode is not a directory", "e2fsck -f " + node.volume.node());

      assertThat(watched.runs).containsExactly("e2fsck -fn 12", "e2fsck -fp 4");
      assertThat(node.mountsAt(node.staging)).isEmpty();
      run("e2fsck", "-fy", node.volume.node().toString());
      done(node.stage());
      done(node.unstage());
    }
  }

  @Test
  void anXfsAndABtrfsAreCheckedAndNeverRepaired() throws IOException {
    for (FilesystemType type : List.of(FilesystemType.XFS, FilesystemType.BTRFS)) {
      try (LoopNode node = used(type)) {
        Watched watched = watch(node);
        damage(type, node.volume.node());

        String why = refused(node.stage(), Refused.Kind.UNFIT);

        String command = type == FilesystemType.XFS ? "xfs_repair -n" : "btrfs check --readonly";
        assertThat(watched.runs).hasSize(1);
        assertThat(watched.runs.get(0)).startsWith(command).endsWith(" 1");
        String advice =
            type == FilesystemType.XFS
                ? "a person may run `xfs_repair " + node.volume.node() + "`"
                : "mend it as btrfs-check(8) says, and a copy of " + node.volume.node() + " first";
        assertThat(why).contains("`" + command, " and says: ", advice);
        assertThat(node.mountsAt(node.staging)).isEmpty();
      }
    }
  }

  /** The root inode of XFS, of which mount(2) says ENOENT; the trees of Btrfs. */
  private static void damage(FilesystemType type, Path partition) throws IOException {
    if (type == FilesystemType.XFS) {
      run("xfs_db", "-x", "-c", "sb 0", "-c", "write -d rootino 99999", partition.toString());
      return;
    }
    byte[] noise = new byte[63 * MIB];
    new Random(1).nextBytes(noise);
    PartitionContent.put(partition, 1L * MIB, noise);
    PartitionContent.put(partition, 65L * MIB, noise);
  }

  @Test
  void aFindingStandsForTheNextCallsUntilTheVolumeMounts() throws IOException {
    try (LoopNode node = used(FilesystemType.EXT4)) {
      Watched watched = watch(node);
      Staging staging = new Staging(node.volume, node.host);
      StageOrder order = new StageOrder(node.volume.id(), node.staging, node.wanted());
      run("debugfs", "-w", "-R", "clri <2>", node.volume.node().toString());

      String first = refused(staging.stage(order), Refused.Kind.UNFIT);
      assertThat(refused(staging.stage(order), Refused.Kind.UNFIT)).isEqualTo(first);
      assertThat(watched.runs).hasSize(2);

      run("e2fsck", "-fy", node.volume.node().toString());
      done(staging.stage(order));
      done(node.unstage());
    }
  }

  @Test
  void aMountOptionThatIsWrongIsNotTakenForDamage() throws IOException {
    for (FilesystemType type : FilesystemType.values()) {
      try (LoopNode node = used(type)) {
        Watched watched = watch(node);
        assertThat(refused(node.stage("no_such_option"), Refused.Kind.UNFIT))
            .contains("without the mount options", "EINVAL")
            .doesNotContain("no_such_option");
        assertThat(watched.runs).isEmpty();
        done(node.stage());
        done(node.unstage());
      }
    }
  }

  @Test
  void aMountOptionThatIsWrongIsNotTakenForDamageOfWhatMayNotBeWritten() throws IOException {
    for (FilesystemType type : FilesystemType.values()) {
      try (LoopNode node = used(type)) {
        Watched watched = watch(node);
        assertThat(refused(node.stage("ro", "no_such_option"), Refused.Kind.UNFIT))
            .contains("without the mount options", "EINVAL");
        assertThat(watched.runs).isEmpty();
        done(node.stage("ro"));
        done(node.unstage());
      }
    }
  }

  @Test
  void whereReadOnlyIsAskedForNothingIsRepaired() throws IOException {
    try (LoopNode node = used(FilesystemType.EXT4)) {
      Watched watched = watch(node);
      run("debugfs", "-w", "-R", "clri <2>", node.volume.node().toString());

      refused(node.stage("ro"), Refused.Kind.UNFIT);

      assertThat(watched.runs).containsExactly("e2fsck -fn 12");
    }
  }

  @Test
  void nothingIsCheckedThatSomebodyHasMounted() throws IOException {
    try (LoopNode node = used(FilesystemType.EXT4)) {
      Watched watched = watch(node);
      Host real = node.host;
      Path elsewhere = disks.folder("elsewhere");
      run("debugfs", "-w", "-R", "set_bg 0 checksum 1234", node.volume.node().toString());
      // Between the mount that fails and the check, as another namespace's mount would come.
      node.host =
          new Host(
              real.mounts(),
              real.table(),
              (path, access) -> {
                run("e2fsck", "-fp", path.toString());
                real.mounts().mount(path, elsewhere, "ext4", MountOptions.parse(List.of()));
                return real.devices().open(path, access);
              },
              real.signatures(),
              real.filesystems(),
              real.sysBlock());

      assertThat(refused(node.stage(), Refused.Kind.NOT_NOW)).contains("EBUSY");

      real.mounts().unmount(elsewhere);
      assertThat(watched.runs).isEmpty();
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      // Of e2fsck 1 is success.
      assertThat(process.waitFor()).as("%s: %s", Arrays.toString(command), said).isLessThan(2);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
