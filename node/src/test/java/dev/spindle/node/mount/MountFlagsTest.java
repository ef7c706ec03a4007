package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static dev.spindle.node.mount.LoopNode.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.State;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What mount_flags do at staging and at publishing, and what kubelet does for a pod's fsGroup. */
@RequireRoot
class MountFlagsTest {
  private static final int GROUP = 54321;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @ParameterizedTest
  @CsvSource({
    "ext4, errors=panic",
    "ext4, noload",
    "ext4, journal_path=/dev/null",
    "xfs, nouuid",
    "btrfs, degraded"
  })
  void whatMayNotReachTheKernelIsRefusedBeforeAnythingIsWritten(String filesystem, String flag)
      throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, filesystem)) {
      assertThat(refused(node.stage("noatime", flag), Refused.Kind.BAD_REQUEST))
          .contains(flag.replace("=/dev/null", ""), "not let through to " + filesystem)
          .doesNotContain("/dev/null");

      assertThat(node.volume.states).isEmpty();
      assertThat(node.mountsAt(node.staging)).isEmpty();
    }
  }

  /** The volume needs its filesystem once; ro is about this mount of it. */
  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void aVolumeThatIsFirstStagedReadOnlyIsFormattedAndTakesNoWrites(FilesystemType type)
      throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Path target = node.pods.resolve("pod1");
      done(node.stage("ro"));
      done(node.stage("ro"));
      refused(node.stage(), Refused.Kind.CONFLICT);
      done(node.publish(target, false, true));
      assertThat(node.mountsAt(target)).singleElement().matches(Mount::readOnly);
      assertThatThrownBy(() -> Files.createFile(target.resolve("file")))
          .isInstanceOf(IOException.class);

      done(node.unpublish(target));
      done(node.unstage());
      done(node.stage());
      done(node.publish(target, false, true));
      Files.createFile(target.resolve("file"));
      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
    }
  }

  @Test
  void readOnlyAmongTheFlagsOfATargetMakesThatTargetReadOnly() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());

      done(publish(node, target, "ro"));
      done(publish(node, target, "ro"));
      assertThat(node.mountsAt(target)).singleElement().matches(Mount::readOnly);
      assertThat(refused(publish(node, target), Refused.Kind.CONFLICT)).contains("ro,relatime");
      assertThat(node.mountsAt(node.staging)).singleElement().matches(mount -> !mount.readOnly());
    }
  }

  @Test
  void aTargetHasTheFlagsOfWhatIsStagedAndIsNotPublishedWithOthers() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage("noexec", "nodev", "noatime", "commit=7"));

      assertThat(refused(publish(node, target, "nosuid", "noexec"), Refused.Kind.UNFIT))
          .contains("nosuid")
          .doesNotContain("noexec");
      assertThat(target).doesNotExist();
      for (int again = 0; again < 2; again++) {
        done(publish(node, target, "noexec", "nodev", "noatime", "commit=7"));
      }
      assertThat(node.mountsAt(target))
          .singleElement()
          .satisfies(mount -> assertThat(mount.options()).contains("noexec", "nodev", "noatime"));
      refused(publish(node, target, "noexec", "nosuid"), Refused.Kind.CONFLICT);
      refused(publish(node, target, "noexec", "ro"), Refused.Kind.CONFLICT);
    }
  }

  private static Outcome publish(LoopNode node, Path target, String... flags) {
    return new Publishing(node.volume, node.host)
        .publish(
            new PublishOrder(
                node.volume.id(),
                node.staging,
                target,
                new Wanted(AccessType.FILESYSTEM, "", MountOptions.parse(List.of(flags))),
                new PublishOrder.Sharing(false, false)));
  }

  /**
   * With fsGroupPolicy File kubelet changes group and mode of all that is in the published path
   * (kubernetes, pkg/volume/volume_linux.go, SetVolumeOwnership), never of a read-only one.
   */
  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void whatKubeletDoesForAnFsGroupStays(FilesystemType type) throws Exception {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Path first = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(first, false, true));
      Files.createDirectory(first.resolve("directory"));
      Files.createFile(first.resolve("directory/file"));

      run("chown", "-R", ":" + GROUP, first.toString());
      run("chmod", "-R", "g+rwX", first.toString());
      run("find", first.toString(), "-type", "d", "-exec", "chmod", "g+s", "{}", ";");
      done(node.publish(first, false, true));
      done(node.unpublish(first));
      done(node.unstage());
      done(node.stage());
      Path second = node.pods.resolve("pod2");
      done(node.publish(second, false, true));

      for (String name : List.of("", "directory", "directory/file")) {
        Path file = second.resolve(name);
        assertThat(Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS))
            .isEqualTo(GROUP);
        int mode = (Integer) Files.getAttribute(file, "unix:mode");
        assertThat(mode & 0060).as(name).isEqualTo(0060);
        assertThat((mode & 02000) != 0).as(name).isEqualTo(Files.isDirectory(file));
      }
      Path made = Files.createFile(second.resolve("directory/another"));
      assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(GROUP);
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
