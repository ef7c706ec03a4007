package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static dev.spindle.node.mount.LoopNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
class BlockVolumeTest {
  private static final int TIMES = 10;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @Test
  void aVolumeLivesFromTheFirstStageToTheLastUnstage() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Path target = node.pods.resolve("pod1");
      Path staged = node.staging.resolve(node.volume.uuid().toString());
      for (int i = 0; i < TIMES; i++) {
        done(node.stage());
      }
      assertThat(node.mountsAt(staged)).hasSize(1);
      assertThat(node.volume.held()).isTrue();
      for (int i = 0; i < TIMES; i++) {
        done(node.publish(target, false, true));
      }
      assertThat(node.mountsAt(target)).hasSize(1);
      assertThat(VolumeMounts.nodeNumber(target)).contains(node.volume.partition().device());
      try (FileChannel device = FileChannel.open(target, StandardOpenOption.WRITE)) {
        assertThat(device.write(ByteBuffer.wrap(new byte[512]))).isEqualTo(512);
      }

      for (int i = 0; i < TIMES; i++) {
        done(node.unpublish(target));
      }
      assertThat(target).doesNotExist();
      for (int i = 0; i < TIMES; i++) {
        done(node.unstage());
      }
      assertThat(node.staging).isEmptyDirectory();
      assertThat(node.volume.held()).isFalse();
      assertThat(node.volume.states).isEmpty();
    }
  }

  @Test
  void whatWasAskedReadOnlyIsNotTakenForWritable() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Path reader = node.pods.resolve("reader");
      done(node.stage());
      done(node.publish(reader, true, false));
      done(node.publish(reader, true, false));

      assertThat(node.mountsAt(reader)).allMatch(Mount::readOnly);
      refused(node.publish(reader, false, false), Refused.Kind.CONFLICT);
    }
  }

  @Test
  void theSizeIsToldAtEveryPathWhereTheDeviceIs() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Path target = node.pods.resolve("pod1");
      Path map = LoopNode.directory(node.pods.resolve("volumeDevices/pv1/dev")).resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, true));
      Files.createFile(map);
      node.host.mounts().bind(target, map, false);

      for (Path path : List.of(target, map, node.staging)) {
        assertThat(node.measure(path))
            .isEqualTo(new Measured.Device(node.volume.partition().lengthBytes()));
      }
      for (Path path : List.of(node.pods, Path.of("/dev/null"), Path.of("some/path"))) {
        assertThat(node.measure(path)).isInstanceOf(Refused.class);
      }
    }
  }

  @Test
  void aSecondTargetOfAVolumeForOneLeavesNothingButKubeletsOwnBindIsNone() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Path map = LoopNode.directory(node.pods.resolve("volumeDevices/pv1/dev")).resolve("pod1");
      Path target = node.pods.resolve("pod1");
      Path second = node.pods.resolve("pod2");
      done(node.stage());
      Files.createFile(map);
      node.host.mounts().bind(node.volume.node(), map, false);

      done(node.publish(target, false, true));
      refused(node.publish(second, false, true), Refused.Kind.UNFIT);
      assertThat(second).doesNotExist();
    }
  }

  @Test
  void aFilesystemIsNotMadeOfABlockVolume() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Wanted filesystem = new Wanted(AccessType.FILESYSTEM, "ext4", MountOptions.parse(List.of()));

      refused(node.stageAs(filesystem), Refused.Kind.UNFIT);
      done(node.stage());
      refused(node.stageAs(filesystem), Refused.Kind.CONFLICT);
    }
  }

  @Test
  void aCrashBetweenMakingTheFileAndBindingIsPickedUp() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Files.createFile(node.staging.resolve(node.volume.uuid().toString()));
      Path target = Files.createFile(node.pods.resolve("pod1"));

      done(node.stage());
      done(node.publish(target, false, true));
      done(node.unpublish(target));
      assertThat(target).doesNotExist();
    }
  }

  @Test
  void aTargetThatIsADirectoryIsABadRequest() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      done(node.stage());

      refused(
          node.publish(LoopNode.directory(node.pods.resolve("pod1")), false, true),
          Refused.Kind.BAD_REQUEST);
    }
  }

  @Test
  void anOpenDeviceKeepsItsTargetAndIsNamed() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, true));
      try (InputStream open = Files.newInputStream(target)) {
        assertThat(open.read()).isZero();
        assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
            .contains(ProcessHandle.current().pid() + " (");
      }
      done(node.unpublish(target));
    }
  }

  @Test
  void aVolumeWhoseDiskCannotBeToldIsUnmountedByWhatIsStaged() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, true));
      node.volume.uncertain = "the disk does not answer";

      done(node.unpublish(target));
      done(node.unstage());

      assertThat(target).doesNotExist();
      assertThat(node.staging).isEmptyDirectory();
      assertThat(node.volume.held()).isFalse();
    }
  }

  @Test
  void aForeignMountOverTheStagingPathIsNotStagedOver() throws IOException {
    try (LoopNode node = LoopNode.block(disks)) {
      node.mountForeign(node.staging);

      refused(node.stage(), Refused.Kind.UNFIT);
      refused(node.unstage(), Refused.Kind.UNFIT);
      assertThat(node.mountsAt(node.staging)).hasSize(1);
    }
  }
}
