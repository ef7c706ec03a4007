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
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@RequireRoot
class FilesystemVolumeTest {
  private static final int TIMES = 10;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void aVolumeLivesFromTheFirstStageToTheLastUnstage(FilesystemType type) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Path pod = node.pods.resolve("pod1");
      for (int i = 0; i < TIMES; i++) {
        done(node.stage());
      }
      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
      assertThat(node.mountsAt(node.staging))
          .extracting(Mount::type)
          .containsExactly(type.fsName());
      assertThat(node.volume.held()).isTrue();

      for (int i = 0; i < TIMES; i++) {
        done(node.publish(pod, false, true));
      }
      assertThat(node.mountsAt(pod)).hasSize(1);
      Files.writeString(pod.resolve("file"), "kept");
      measured(node, pod, type);
      measured(node, node.staging, type);

      for (int i = 0; i < TIMES; i++) {
        done(node.unpublish(pod));
      }
      assertThat(pod).doesNotExist();
      for (int i = 0; i < TIMES; i++) {
        done(node.unstage());
      }
      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(node.staging).isEmptyDirectory();
      assertThat(node.volume.held()).isFalse();

      done(node.stage());
      assertThat(node.staging.resolve("file")).hasContent("kept");
      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
    }
  }

  private static void measured(LoopNode node, Path path, FilesystemType type) {
    assertThat(node.measure(path))
        .isInstanceOfSatisfying(
            Measured.Filesystem.class,
            filesystem -> {
              assertThat(filesystem.usage().totalBytes()).isPositive();
              assertThat(filesystem.usage().inodes() == 0).isEqualTo(type == FilesystemType.BTRFS);
            });
  }

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void aReadOnlyTargetTakesNoWritesWhileAWritableOneDoes(FilesystemType type) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      Path reader = node.pods.resolve("reader");
      Path writer = node.pods.resolve("writer");
      done(node.stage());
      done(node.publish(reader, true, false));
      done(node.publish(reader, true, false));
      done(node.publish(writer, false, false));

      Files.writeString(writer.resolve("file"), "seen by both");
      assertThat(reader.resolve("file")).hasContent("seen by both");
      assertThatThrownBy(() -> Files.writeString(reader.resolve("file"), "x"))
          .isInstanceOf(IOException.class);
      refused(node.publish(reader, false, false), Refused.Kind.CONFLICT);
      refused(node.publish(writer, true, false), Refused.Kind.CONFLICT);
    }
  }

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void aFormatThatDidNotEndIsClearedAndDoneAgain(FilesystemType type) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, type.fsName())) {
      node.host
          .filesystems()
          .make(
              new NewFilesystem(type, UUID.randomUUID(), "", List.of(), List.of()),
              node.volume.node(),
              false);
      node.volume.become(State.FORMATTING);

      done(node.stage());

      assertThat(node.volume.cleared).isOne();
      assertThat(node.volume.state()).isEqualTo(State.FORMATTED);
    }
  }

  @ParameterizedTest
  @EnumSource(FilesystemType.class)
  void aNewVolumeWhosePartitionHoldsAFilesystemIsNotFormatted(FilesystemType type)
      throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      UUID foreign = UUID.randomUUID();
      node.host
          .filesystems()
          .make(
              new NewFilesystem(type, foreign, "", List.of(), List.of()),
              node.volume.node(),
              false);

      String why = refused(node.stage(), Refused.Kind.UNFIT);

      assertThat(why).contains(type.fsName() + " " + foreign, "nothing was written");
      assertThat(node.volume.states).isEmpty();
      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(node.volume.held()).isFalse();
    }
  }

  @Test
  void aFormattedVolumeThatReadsAsBlankIsNeverFormattedAgain() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      node.volume.become(State.FORMATTED);

      assertThat(refused(node.stage(), Refused.Kind.UNFIT)).contains("nothing that can be");

      assertThat(node.volume.states).containsExactly(State.FORMATTED);
    }
  }

  @Test
  void aVolumeIsNotStagedOtherwiseThanItIsStaged() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage("noatime"));

      done(node.stage("noatime"));
      refused(node.stage(), Refused.Kind.CONFLICT);
      refused(node.stage("noatime", "ro"), Refused.Kind.CONFLICT);
      refused(
          node.stageAs(new Wanted(AccessType.FILESYSTEM, "xfs", MountOptions.parse(List.of()))),
          Refused.Kind.CONFLICT);
      refused(
          node.stageAs(new Wanted(AccessType.BLOCK, "", MountOptions.parse(List.of()))),
          Refused.Kind.CONFLICT);
    }
  }

  @Test
  void aVolumeIsNotStagedOverWhatElseIsMountedAndThatIsNotUnmounted() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      node.mountForeign(node.staging);

      assertThat(refused(node.stage(), Refused.Kind.UNFIT))
          .contains("tmpfs", "in use by something");
      assertThat(refused(node.unstage(), Refused.Kind.UNFIT)).contains("nothing was unmounted");

      assertThat(node.mountsAt(node.staging)).hasSize(1);
      assertThat(node.volume.states).isEmpty();
    }
  }

  @Test
  void aVolumeIsNotStagedTwice() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "btrfs")) {
      done(node.stage());
      Path second = disks.folder("second");

      Outcome outcome =
          new Staging(node.volume, node.host)
              .stage(
                  new StageOrder(
                      node.volume.id(),
                      second,
                      new Wanted(AccessType.FILESYSTEM, "", MountOptions.parse(List.of()))));

      assertThat(refused(outcome, Refused.Kind.UNFIT)).contains(node.staging.toString());
      assertThat(node.mountsAt(second)).isEmpty();
    }
  }

  @Test
  void mountFlagsThatTheFilesystemRefusesLeaveNothingAndAreNotRepeated() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      assertThat(refused(node.stage("nosuchoption=hunter2"), Refused.Kind.UNFIT))
          .doesNotContain("hunter2");

      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(node.volume.held()).isFalse();
      done(node.stage());
    }
  }

  @Test
  void aStagingPathBelowASymbolicLinkIsFoundInTheMountTable() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path link = disks.folder("links").resolve("kubelet");
      Files.createSymbolicLink(link, node.staging.getParent());
      Path staging = link.resolve("staging");
      StageOrder order =
          new StageOrder(
              node.volume.id(),
              staging,
              new Wanted(AccessType.FILESYSTEM, "", MountOptions.parse(List.of())));
      Staging service = new Staging(node.volume, node.host);

      done(service.stage(order));
      done(service.stage(order));
      assertThat(node.mountsAt(node.staging)).hasSize(1);
      done(service.unstage(node.volume.id(), staging));
      assertThat(node.mountsAt(node.staging)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "file", "link"})
  void aStagingPathThatIsNoDirectoryIsABadRequest(String kind) throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path folder = disks.folder("odd");
      Files.createFile(folder.resolve("file"));
      Files.createSymbolicLink(folder.resolve("link"), node.staging);

      Outcome outcome =
          new Staging(node.volume, node.host)
              .stage(
                  new StageOrder(
                      node.volume.id(),
                      folder.resolve(kind),
                      new Wanted(AccessType.FILESYSTEM, "", MountOptions.parse(List.of()))));

      refused(outcome, Refused.Kind.BAD_REQUEST);
      assertThat(node.volume.states).isEmpty();
    }
  }

  @Test
  void aSecondTargetOfAVolumeForOneLeavesNothingBehind() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path first = node.pods.resolve("first");
      Path second = node.pods.resolve("second");
      done(node.stage());
      done(node.publish(first, false, true));

      assertThat(refused(node.publish(second, false, true), Refused.Kind.UNFIT))
          .contains(first.toString());

      assertThat(second).doesNotExist();
      done(node.publish(first, false, true));
    }
  }

  @Test
  void whatIsNotStagedIsNotPublished() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");

      refused(node.publish(target, false, true), Refused.Kind.UNFIT);

      assertThat(target).doesNotExist();
    }
  }

  @Test
  void onlyATargetThatIsAbsentOrAnEmptyDirectoryIsUsed() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      Path elsewhere = disks.folder("elsewhere");
      Path full = Files.createDirectories(node.pods.resolve("full"));
      Path file = Files.createFile(node.pods.resolve("file"));
      Path link = Files.createSymbolicLink(node.pods.resolve("link"), elsewhere);
      Files.createFile(full.resolve("precious"));

      for (Path target : List.of(full, file, link)) {
        refused(node.publish(target, false, false), Refused.Kind.BAD_REQUEST);
        assertThat(node.mountsAt(target)).isEmpty();
      }
      refused(node.publish(node.pods.resolve("no/parent"), false, false), Refused.Kind.BAD_REQUEST);
      refused(node.publish(node.staging, false, false), Refused.Kind.BAD_REQUEST);
      refused(node.publish(node.staging.resolve("in"), false, false), Refused.Kind.BAD_REQUEST);
      assertThat(full.resolve("precious")).exists();
      done(node.publish(Files.createDirectory(node.pods.resolve("empty")), false, false));
    }
  }

  @Test
  void unpublishingNeverDeletesWhatIsNotEmptyNorALink() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path elsewhere = disks.folder("elsewhere");
      Path full = Files.createDirectories(node.pods.resolve("full"));
      Path file = node.pods.resolve("file");
      Path link = Files.createSymbolicLink(node.pods.resolve("link"), elsewhere);
      Files.createFile(full.resolve("precious"));
      Files.writeString(file, "precious");

      for (Path target : List.of(full, file, link)) {
        refused(node.unpublish(target), Refused.Kind.UNFIT);
      }

      assertThat(full.resolve("precious")).exists();
      assertThat(file).hasContent("precious");
      assertThat(link).isSymbolicLink();
      done(node.unpublish(node.pods.resolve("missing")));
      done(node.unpublish(node.pods.resolve("no/parent")));
    }
  }

  @Test
  void aForeignMountAtTheTargetStaysAndNothingIsPublishedThere() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = LoopNode.directory(node.pods.resolve("pod1"));
      done(node.stage());
      node.mountForeign(target);

      refused(node.publish(target, false, false), Refused.Kind.UNFIT);
      refused(node.unpublish(target), Refused.Kind.UNFIT);

      assertThat(node.mountsAt(target)).extracting(Mount::type).containsExactly("tmpfs");
    }
  }

  @Test
  void stackedMountsOfTheVolumeAreAllTakenOff() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "btrfs")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      node.host.mounts().bind(node.staging, target, false);
      node.host.mounts().bind(node.staging, node.staging, false);

      done(node.unpublish(target));
      done(node.unstage());

      assertThat(target).doesNotExist();
      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(node.volume.held()).isFalse();
    }
  }

  @Test
  void theDiskStaysHeldWhileATargetIsStillMounted() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));

      done(node.unstage());
      assertThat(node.volume.held()).isTrue();
      done(node.unpublish(target));
      done(node.unstage());
      assertThat(node.volume.held()).isFalse();
    }
  }

  @Test
  void aBusyMountStaysAndTheProcessInItIsNamed() throws IOException, InterruptedException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      Process sleeper = new ProcessBuilder("sleep", "600").directory(target.toFile()).start();
      try {
        assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
            .contains("busy", sleeper.pid() + " (sleep)");
        assertThat(node.mountsAt(target)).hasSize(1);
      } finally {
        sleeper.destroyForcibly().waitFor();
      }
      try (OutputStream open = Files.newOutputStream(target.resolve("open"))) {
        open.write(1);
        assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
            .contains(ProcessHandle.current().pid() + " (");
      }
      done(node.unpublish(target));
    }
  }

  @Test
  void aBusyMountIsExplainedByWhatIsMountedBelowIt() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      Path below = LoopNode.directory(node.staging.resolve("below"));
      node.mountForeign(below);

      assertThat(refused(node.unstage(), Refused.Kind.UNFIT)).contains(below.toString());
    }
  }

  @Test
  void aVolumeWhoseDiskCannotBeToldIsUnmountedByTheUuidOfItsFilesystem() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "btrfs")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      node.volume.uncertain = "two disks carry this volume";

      refused(node.publish(node.pods.resolve("pod2"), false, false), Refused.Kind.NOT_NOW);
      refused(node.stage(), Refused.Kind.NOT_NOW);
      done(node.unpublish(target));
      done(node.unstage());

      assertThat(node.mountsAt(node.staging)).isEmpty();
      assertThat(target).doesNotExist();
    }
  }

  @Test
  void beforeTheFirstInventoryVolumesAreUnmountedButNotMounted() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      node.volume.ready = false;

      refused(node.stage(), Refused.Kind.NOT_NOW);
      refused(node.publish(target, false, false), Refused.Kind.NOT_NOW);
      done(node.unpublish(target));
      done(node.unstage());
      assertThat(node.mountsAt(node.staging)).isEmpty();
    }
  }

  @Test
  void theMountOfAnotherVolumeStaysWhereAnUnknownOneIsUnstaged() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      Staging service = new Staging(node.volume, node.host);

      for (String id :
          List.of("fake-vol-id", "n1/" + UUID.randomUUID(), "n2/" + UUID.randomUUID())) {
        refused(service.unstage(id, node.staging), Refused.Kind.UNFIT);
        done(service.unstage(id, node.pods));
        done(service.unstage(id, node.pods.resolve("no/such/path")));
        done(new Publishing(node.volume, node.host).unpublish(id, node.pods.resolve("none")));
      }

      assertThat(node.mountsAt(node.staging)).hasSize(1);
    }
  }

  @Test
  void aVolumeIsMeasuredOnlyWhereItIs() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      VolumeUsage usage = new VolumeUsage(node.volume, node.host);

      for (Path path : List.of(node.pods, Path.of("some/path"), Path.of("/no/such/path"))) {
        assertThat(node.measure(path))
            .isInstanceOfSatisfying(
                Refused.class,
                refused -> assertThat(refused.kind()).isEqualTo(Refused.Kind.UNKNOWN));
      }
      assertThat(usage.measure("fake-vol-id", node.staging))
          .isInstanceOfSatisfying(
              Refused.class, refused -> assertThat(refused.kind()).isEqualTo(Refused.Kind.UNKNOWN));
    }
  }

  @Test
  void aFilesystemWhoseSuperblockIsGoneIsRefusedAndItsDiskNotWritten() throws IOException {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      done(node.unstage());
      try (FileChannel raw = FileChannel.open(node.volume.node(), StandardOpenOption.WRITE)) {
        raw.write(java.nio.ByteBuffer.allocate(4096), 0);
        raw.force(true);
      }

      refused(node.stage(), Refused.Kind.UNFIT);

      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
    }
  }
}
