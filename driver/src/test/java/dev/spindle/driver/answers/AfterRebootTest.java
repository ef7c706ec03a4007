package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What kubelet finds and calls after a reboot: its directories are there and nothing is mounted;
 * and what stage and publish do where something else lies in their way.
 */
@RequireRoot
final class AfterRebootTest {
  private static final String BLOCK = "block";
  private static final String TEXT = "what the pod wrote";

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final Mounts mounts = new NativeLinux().mounts();
  private LiveDriver driver;
  private LoopDisk disk;

  @BeforeEach
  void start() throws IOException {
    driver = new LiveDriver(loops);
    disk = driver.disk(320);
    driver.start();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private static VolumeCapability capability(Volume volume, String kind) {
    VolumeCapability.Builder capability =
        volume.capability(Mode.SINGLE_NODE_MULTI_WRITER).toBuilder();
    if (!volume.block()) {
      capability.getMountBuilder().setFsType(kind);
    }
    return capability.build();
  }

  private Volume created(String name, String kind) throws IOException {
    Volume wanted =
        new Volume(
            name,
            "",
            kind.equals(BLOCK),
            driver.folder("staging-" + name),
            driver.folder(name).resolve("pod"));
    return wanted.withId(
        driver
            .call(
                () ->
                    driver
                        .controller()
                        .createVolume(
                            wanted
                                .create()
                                .setVolumeCapabilities(0, capability(wanted, kind))
                                .build()))
            .getVolume()
            .getVolumeId());
  }

  private Status stage(Volume volume, String kind) {
    return driver.status(
        () ->
            driver
                .node()
                .nodeStageVolume(
                    volume.stage().setVolumeCapability(capability(volume, kind)).build()));
  }

  private Status publish(Volume volume, String kind) {
    return driver.status(
        () ->
            driver
                .node()
                .nodePublishVolume(
                    volume.publish().setVolumeCapability(capability(volume, kind)).build()));
  }

  private void assertBothDone(Volume volume, String kind) {
    assertThat(stage(volume, kind)).isEqualTo(Status.OK);
    assertThat(publish(volume, kind)).isEqualTo(Status.OK);
  }

  /** Where a Block volume is staged, or a filesystem. */
  private static Path staged(Volume volume) {
    String id = volume.id();
    return volume.block()
        ? volume.staging().resolve(id.substring(id.lastIndexOf('/') + 1))
        : volume.staging();
  }

  /** The kernel's lines about a volume's paths, with the ids that tell one mount from the next. */
  private static List<String> mounted(Volume volume) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(
            line ->
                line.contains(" " + staged(volume) + " ")
                    || line.contains(" " + volume.target() + " "))
        .toList();
  }

  private static void write(Volume volume) throws IOException {
    Path file = volume.block() ? volume.target() : volume.target().resolve("file");
    try (FileChannel open =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      open.write(ByteBuffer.wrap(TEXT.getBytes(StandardCharsets.UTF_8)));
      open.force(true);
    }
  }

  private static void assertStillThere(Volume volume) throws IOException {
    Path file = volume.block() ? volume.target() : volume.target().resolve("file");
    ByteBuffer found = ByteBuffer.allocate(TEXT.length());
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
      open.read(found);
    }
    assertThat(new String(found.array(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
  }

  /** Nothing is mounted, and no partition known, as in a kernel that does not read tables. */
  private void reboot(Volume volume) throws IOException {
    driver.stop();
    mounts.unmount(volume.target());
    mounts.unmount(staged(volume));
    try (BlockDevice whole = driver.open(disk, Access.READ)) {
      whole.deletePartition(2);
      whole.deletePartition(1);
    }
    assertThat(mounted(volume)).isEmpty();
    assertThat(staged(volume)).exists();
    assertThat(volume.target()).exists();
    driver.start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", BLOCK})
  void stageAndPublishPutEverythingBackAndChangeNothingThatIsLive(String kind) throws IOException {
    Volume volume = created("rebooted", kind);
    assertBothDone(volume, kind);
    write(volume);
    List<String> live = mounted(volume);
    assertThat(live).hasSize(2);
    assertBothDone(volume, kind);
    driver.restart();
    assertBothDone(volume, kind);
    assertThat(mounted(volume)).isEqualTo(live);

    reboot(volume);
    assertThat(publish(volume, kind).getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertBothDone(volume, kind);
    assertStillThere(volume);
    assertThat(mounted(volume)).hasSize(2);
  }

  private void assertInTheWay(Status refused, Path at, String named) throws IOException {
    assertThat(refused.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(refused.getDescription()).contains(named, at.toString(), "unmount that first");
    assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
        .filteredOn(line -> line.contains(" " + at + " "))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", BLOCK})
  void aBoundDirectoryInTheWayIsNamedAndStays(String kind) throws IOException {
    Volume volume = created("blocked", kind);
    Path strange = Files.createDirectories(driver.folder("strange"));
    mounts.bind(strange, volume.staging(), false);
    assertInTheWay(stage(volume, kind), volume.staging(), "/strange of ");
    mounts.unmount(volume.staging());
    assertThat(stage(volume, kind)).isEqualTo(Status.OK);

    Files.createDirectory(volume.target());
    mounts.bind(strange, volume.target(), false);
    assertInTheWay(publish(volume, kind), volume.target(), "/strange of ");
    mounts.unmount(volume.target());
    Files.delete(volume.target());
    assertThat(publish(volume, kind)).isEqualTo(Status.OK);
  }

  @Test
  void theBoundNodeOfADeviceThatIsGoneIsNamedAndStays() throws Exception {
    Volume volume = created("blocked", BLOCK);
    Path node = Path.of("/dev", "spindle-test-" + ProcessHandle.current().pid());
    int made =
        new ProcessBuilder("mknod", node.toString(), "b", "259", "1048000").start().waitFor();
    assertThat(made).isZero();
    Files.createFile(staged(volume));
    try {
      mounts.bind(node, staged(volume), false);
    } finally {
      Files.delete(node);
    }
    assertInTheWay(stage(volume, BLOCK), staged(volume), node.getFileName() + ", removed since,");
    mounts.unmount(staged(volume));
    assertBothDone(volume, BLOCK);
  }

  @Test
  void anotherVolumeInTheWayIsNamedAndStays() throws IOException {
    driver.disk(384);
    driver.restart();
    Volume volume = created("blocked", "ext4");
    Volume other = created("other", "ext4");
    Volume inTheWay =
        new Volume("other", other.id(), false, volume.staging(), driver.folder("o").resolve("p"));
    assertBothDone(inTheWay, "ext4");
    List<String> before = mounted(inTheWay);

    Status refused = stage(volume, "ext4");

    assertInTheWay(refused, volume.staging(), "p2 (ext4)");
    assertThat(publish(volume, "ext4").getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    mounts.bind(inTheWay.target(), Files.createDirectory(volume.target()), false);
    Status unpublished =
        driver.status(() -> driver.node().nodeUnpublishVolume(volume.unpublish(volume.target())));
    assertThat(unpublished.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(unpublished.getDescription()).contains("nothing was unmounted");
    assertThat(mounted(inTheWay)).isEqualTo(before);
    mounts.unmount(volume.target());
  }

  @Test
  void whatWouldBreakIsolationIsRefusedWhenTheVolumeIsCreatedAndWhenItIsStaged()
      throws IOException {
    Volume volume = created("flags", "ext4");
    VolumeCapability.Builder refused = capability(volume, "ext4").toBuilder();
    refused.getMountBuilder().addMountFlags("journal_path=/dev/secret");
    List<Status> answers =
        List.of(
            driver.status(
                () ->
                    driver
                        .controller()
                        .createVolume(
                            volume
                                .create()
                                .setName("another")
                                .setVolumeCapabilities(0, refused.build())
                                .build())),
            driver.status(
                () ->
                    driver
                        .node()
                        .nodeStageVolume(volume.stage().setVolumeCapability(refused).build())));
    for (Status answer : answers) {
      assertThat(answer.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(answer.getDescription()).contains("journal_path").doesNotContain("secret");
    }
  }
}
