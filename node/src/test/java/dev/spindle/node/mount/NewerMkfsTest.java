package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static dev.spindle.node.mount.LoopNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.linux.Feature;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An mkfs that is newer than the kernel leaves no filesystem that the kernel does not mount. */
@RequireRoot
class NewerMkfsTest {
  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @ParameterizedTest
  @CsvSource({
    // This mkfs.xfs knows neither parent nor exchange, and refuses to leave them out.
    "EXT4, orphan_file, orphan_file",
    "EXT4, metadata_csum_seed, 'orphan_file, metadata_csum_seed'",
    "XFS, nrext64, nrext64",
    "BTRFS, block-group-tree, block-group-tree"
  })
  void whatTheKernelDoesNotKnowIsLeftOutAndThisIsRemembered(
      FilesystemType type, String unknown, String leftOut) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Mkfs newer = newer(type, unknown);
      node.host = UndoTest.with(node.host, newer);

      done(node.stage());

      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
      assertThat(node.volume.cleared).isPositive();
      assertThat(newer.trials().leftOut(type, ""))
          .extracting(Feature::name)
          .containsExactly(leftOut.split(", "));
      Files.writeString(node.staging.resolve("file"), "kept");
      done(node.unstage());
      done(node.stage());
      assertThat(node.staging.resolve("file")).hasContent("kept");
      done(node.unstage());

      try (LoopNode second = LoopNode.filesystem(disks, type.fsName())) {
        second.host = UndoTest.with(second.host, newer);
        done(second.stage());
        assertThat(second.volume.cleared).as("formats in vain").isZero();
        done(second.unstage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void whereNothingMountsTheFilesystemIsMissingHere(FilesystemType type) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Mkfs newer = newer(type, "nothing");
      node.host = UndoTest.with(node.host, newer);

      assertThat(refused(node.stage(), Refused.Kind.UNFIT))
          .contains("this node cannot make", "EINVAL", "restart the driver");

      assertThat(node.volume.states).containsExactly(State.FORMATTING);
      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(newer.missing(type, "")).contains("the running kernel mounts no " + type.fsName());
      assertThat(newer.missing(type, "-m 1")).as("of another class").isEmpty();
      for (FilesystemType other : FilesystemType.values()) {
        assertThat(newer.missing(other, "").isEmpty()).as("%s", other).isEqualTo(other != type);
      }
      int formats = node.volume.cleared;
      refused(node.stage(), Refused.Kind.UNFIT);
      assertThat(node.volume.cleared).as("formats at the second try").isEqualTo(formats);
    }
  }

  @Test
  void aVolumeThatWasCutShortInATrialIsFormattedAgain() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Host real = node.host;
      node.host = UndoTest.with(real, newer(FilesystemType.EXT4, "nothing"));
      refused(node.stage(), Refused.Kind.UNFIT);

      node.host = real;
      done(node.stage());
      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
      done(node.unstage());
    }
  }

  @Test
  void anMkfsThatDiesOfItsDiskSaysNothingOfTheKernel() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Host real = node.host;
      Mkfs dying =
          program(
              FilesystemType.EXT4,
              "dying",
              """
              case "$*" in *^*) echo "Input/output error" >&2; exit 1 ;; esac
              REAL "$@" || exit
              for device; do :; done
              exec debugfs -w -R "feature FEATURE_I30" "$device"
              """);
      node.host = UndoTest.with(real, dying);

      assertThat(refused(node.stage(), Refused.Kind.FAILED)).contains("Input/output error");

      assertThat(node.volume.cleared).as("formats after the trial that was refused").isPositive();
      assertThat(dying.missing(FilesystemType.EXT4, "")).isEmpty();
      node.host = real;
      done(node.stage());
      done(node.unstage());
    }
  }

  /**
   * The programs of this machine, but for an mkfs whose filesystems have something that no kernel
   * knows unless it is told to leave a feature out.
   */
  private Mkfs newer(FilesystemType type, String feature) throws IOException {
    return program(
        type,
        feature,
        script(type).replace("^FEATURE", "^" + feature).replace("FEATURE=", feature + "="));
  }

  /** The programs of this machine, but for an mkfs that is this script around the REAL one. */
  private Mkfs program(FilesystemType type, String name, String text) throws IOException {
    Path bin = disks.folder("bin " + type.fsName() + name);
    String real = new Programs().find("mkfs." + type.fsName()).orElseThrow().toString();
    Path script = bin.resolve("mkfs." + type.fsName());
    Files.writeString(script, "#!/bin/sh\n" + text.replace("REAL", real));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Mkfs(
        new Programs(List.of(bin, Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/bin"))),
        Path.of("/"));
  }

  private static String script(FilesystemType type) {
    return switch (type) {
      case EXT4 ->
          """
          case "$*" in *^FEATURE*) exec REAL "$@" ;; esac
          REAL "$@" || exit
          for device; do :; done
          exec debugfs -w -R "feature FEATURE_I30" "$device"
          """;
      case XFS ->
          """
          case "$*" in *FEATURE=0*) exec REAL "$@" ;; esac
          REAL "$@" || exit
          for device; do :; done
          exec xfs_db -x -c "sb 0" -c "write -d features_incompat 0x80000003" "$device"
          """;
      // What this mkfs.btrfs does not know it must not see.
      case BTRFS ->
          """
          case "$*" in *^FEATURE*) ;; *) exec REAL -s 16384 "$@" ;; esac
          n=$#
          for word; do
            case "$word" in -O | *^FEATURE*) ;; *) set -- "$@" "$word" ;; esac
          done
          shift $n
          exec REAL "$@"
          """;
    };
  }
}
