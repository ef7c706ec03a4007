package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.GetCapacityRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeCapability.MountVolume;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests that cannot be meant: each gets its code and a sentence that names what is wrong, and
 * changes nothing on any disk, in the mount table or among the files.
 */
@RequireRoot
final class BadInputTest {
  private static final int THREADS = 8;

  @RegisterExtension final LoopDisks loops = new LoopDisks();
  private Optional<LiveDriver> living = Optional.empty();
  private final List<LoopDisk> disks = new ArrayList<>();

  private LiveDriver live() {
    return living.orElseThrow();
  }

  /** Starts a driver over a disk of 64 MiB and larger ones. */
  private void start(int count) throws IOException {
    LiveDriver driver = new LiveDriver(loops);
    living = Optional.of(driver);
    for (int i = 0; i < count; i++) {
      disks.add(driver.disk(64 + 16L * i));
    }
    driver.start();
  }

  @AfterEach
  void stop() {
    living.ifPresent(LiveDriver::close);
  }

  private Volume named(String name, boolean block) throws IOException {
    LiveDriver driver = live();
    String folder = name + (block ? "-block" : "");
    return new Volume(
        name,
        "",
        block,
        driver.folder(folder + "/staging"),
        driver.folder(folder + "/pod").resolve("target"));
  }

  private Volume created(String name, boolean block) throws IOException {
    Volume wanted = named(name, block);
    return wanted.withId(
        live()
            .call(() -> live().controller().createVolume(wanted.create().build()))
            .getVolume()
            .getVolumeId());
  }

  private void stage(Volume volume) {
    live().call(() -> live().node().nodeStageVolume(volume.stage().build()));
  }

  private void end(Volume volume) {
    LiveDriver driver = live();
    driver.call(() -> driver.node().nodeUnpublishVolume(volume.unpublish(volume.target())));
    driver.call(() -> driver.node().nodeUnstageVolume(volume.unstage()));
    driver.call(() -> driver.controller().deleteVolume(volume.delete()));
  }

  /** One bad request. */
  private record Bad(String what, Supplier<?> rpc, Status.Code code, String word) {}

  /** Everything that a refused call must leave as it is. */
  private record World(List<String> disks, List<Mount> mounts, List<String> files) {}

  private World world() throws IOException {
    List<String> contents = new ArrayList<>();
    for (LoopDisk disk : disks) {
      contents.add(disk.sha256());
    }
    Path home = live().folder("");
    try (Stream<Path> files = Files.walk(home)) {
      return new World(
          contents,
          new ProcMounts(Path.of("/"))
              .read().stream().filter(mount -> mount.target().startsWith(home)).toList(),
          files.map(Path::toString).sorted().toList());
    }
  }

  private Stream<DynamicTest> refused(List<Bad> bad) throws IOException {
    World before = world();
    return bad.stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.what() + " is " + one.code(),
                    () -> {
                      Status status = live().status(one.rpc());
                      assertThat(status.getCode()).as("" + status).isEqualTo(one.code());
                      if (!status.isOk()) {
                        assertThat(status.getDescription()).contains(one.word());
                      }
                      assertThat(world()).isEqualTo(before);
                    }));
  }

  private static Bad invalid(String what, Supplier<?> rpc, String word) {
    return new Bad(what, rpc, Status.Code.INVALID_ARGUMENT, word);
  }

  private Supplier<?> create(CreateVolumeRequest.Builder request) {
    return () -> live().controller().createVolume(request.build());
  }

  private Supplier<?> stage(NodeStageVolumeRequest.Builder request) {
    return () -> live().node().nodeStageVolume(request.build());
  }

  private Supplier<?> publish(NodePublishVolumeRequest.Builder request) {
    return () -> live().node().nodePublishVolume(request.build());
  }

  private static VolumeCapability.Builder mode(Mode mode) {
    return VolumeCapability.newBuilder().setAccessMode(AccessMode.newBuilder().setMode(mode));
  }

  private static VolumeCapability filesystem(String type) {
    return mode(Mode.SINGLE_NODE_WRITER).setMount(MountVolume.newBuilder().setFsType(type)).build();
  }

  private static VolumeCapability flag(String flag) {
    return mode(Mode.SINGLE_NODE_WRITER)
        .setMount(MountVolume.newBuilder().addMountFlags(flag))
        .build();
  }

  @TestFactory
  Stream<DynamicTest> createVolumeRefusesWhatCannotBeAVolume() throws IOException {
    start(2);
    Volume v = named("wanted", false);
    List<Bad> bad = new ArrayList<>();
    bad.add(invalid("no name", create(v.create().setName("")), "name"));
    bad.add(invalid("a bell in the name", create(v.create().setName("a\u0007")), "U+0007"));
    bad.add(
        invalid(
            "a name of 129 bytes",
            create(v.create().setName("é" + "n".repeat(127))),
            "name has 129"));
    bad.add(
        invalid(
            "no capability", create(v.create().clearVolumeCapabilities()), "volume_capabilities"));
    bad.add(
        invalid(
            "no access type",
            create(v.create().setVolumeCapabilities(0, mode(Mode.SINGLE_NODE_WRITER))),
            "volume_capabilities"));
    bad.add(
        invalid(
            "no access mode",
            create(
                v.create()
                    .setVolumeCapabilities(
                        0, VolumeCapability.newBuilder().setMount(MountVolume.newBuilder()))),
            "access mode"));
    for (Mode mode :
        List.of(
            Mode.MULTI_NODE_READER_ONLY,
            Mode.MULTI_NODE_SINGLE_WRITER,
            Mode.MULTI_NODE_MULTI_WRITER)) {
      bad.add(
          invalid(
              mode.name(),
              create(v.create().setVolumeCapabilities(0, v.capability(mode))),
              mode.name()));
    }
    bad.add(
        invalid(
            "an unknown filesystem",
            create(v.create().setVolumeCapabilities(0, filesystem("zfs"))),
            "ext4, xfs, btrfs"));
    bad.add(
        invalid(
            "an unknown filesystem of the class",
            create(v.create().putParameters("csi.storage.k8s.io/fstype", "zfs")),
            "zfs"));
    bad.add(
        invalid(
            "an unknown parameter",
            create(v.create().putParameters("diskKind", "ssd")),
            "diskType"));
    bad.add(invalid("a negative size", size(v, -1, 0), "capacity_range"));
    bad.add(invalid("a negative limit", size(v, 0, -1), "capacity_range"));
    bad.add(invalid("a limit below the size", size(v, 2, 1), "limit_bytes"));
    bad.add(invalid("a range without bounds", size(v, 0, 0), "capacity_range"));
    bad.add(
        new Bad(
            "a size of no disk",
            size(v, 1L << 50, 0),
            Status.Code.RESOURCE_EXHAUSTED,
            disks.get(0).name()));
    bad.add(
        new Bad(
            "another node's topology",
            create(v.create().setAccessibilityRequirements(elsewhere())),
            Status.Code.RESOURCE_EXHAUSTED,
            live().owner().topologyValue()));
    return refused(bad);
  }

  private Supplier<?> size(Volume volume, long required, long limit) {
    return create(
        volume
            .create()
            .setCapacityRange(
                CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit)));
  }

  private TopologyRequirement elsewhere() {
    return TopologyRequirement.newBuilder()
        .addRequisite(
            Topology.newBuilder()
                .putSegments(live().owner().driverName() + "/node", "another-node"))
        .build();
  }

  @TestFactory
  Stream<DynamicTest> theOtherControllerCallsNameWhatIsMissing() throws IOException {
    start(2);
    Volume v = created("there", false);
    LiveDriver driver = live();
    return refused(
        List.of(
            invalid(
                "DeleteVolume without an id",
                () -> driver.controller().deleteVolume(DeleteVolumeRequest.getDefaultInstance()),
                "volume_id"),
            invalid(
                "ValidateVolumeCapabilities without an id",
                () -> driver.controller().validateVolumeCapabilities(v.withId("").validate()),
                "volume_id"),
            invalid(
                "ValidateVolumeCapabilities without capabilities",
                () ->
                    driver
                        .controller()
                        .validateVolumeCapabilities(
                            v.validate().toBuilder().clearVolumeCapabilities().build()),
                "volume_capabilities"),
            invalid(
                "ListVolumes with a negative number",
                () ->
                    driver
                        .controller()
                        .listVolumes(ListVolumesRequest.newBuilder().setMaxEntries(-1).build()),
                "max_entries"),
            new Bad(
                "ListVolumes with a strange token",
                () ->
                    driver
                        .controller()
                        .listVolumes(ListVolumesRequest.newBuilder().setStartingToken("7").build()),
                Status.Code.ABORTED,
                "starting_token"),
            new Bad(
                "DeleteVolume of 4 KiB",
                () -> driver.controller().deleteVolume(v.withId("x".repeat(4096)).delete()),
                Status.Code.OK,
                ""),
            new Bad(
                "DeleteVolume of another node's",
                () ->
                    driver
                        .controller()
                        .deleteVolume(v.withId("another-node/" + UUID.randomUUID()).delete()),
                Status.Code.FAILED_PRECONDITION,
                "another-node"),
            new Bad(
                "ValidateVolumeCapabilities of 4 KiB",
                () ->
                    driver
                        .controller()
                        .validateVolumeCapabilities(v.withId("x".repeat(4096)).validate()),
                Status.Code.NOT_FOUND,
                "xxx")));
  }

  @Test
  void aQuestionAboutAnImpossibleVolumeHasNoRoomAndNoConfirmation() throws IOException {
    start(1);
    Volume v = created("there", false);
    LiveDriver driver = live();
    ValidateVolumeCapabilitiesResponse answer =
        driver.call(
            () ->
                driver
                    .controller()
                    .validateVolumeCapabilities(
                        v.validate().toBuilder()
                            .setVolumeCapabilities(0, v.capability(Mode.MULTI_NODE_MULTI_WRITER))
                            .build()));
    assertThat(answer.hasConfirmed()).isFalse();
    assertThat(answer.getMessage()).contains("one node");
    end(v);
    GetCapacityRequest strange =
        GetCapacityRequest.newBuilder().putParameters("diskKind", "ssd").build();
    assertThat(driver.call(() -> driver.controller().getCapacity(strange)).getAvailableCapacity())
        .isZero();
  }

  @TestFactory
  Stream<DynamicTest> stagingRefusesWhatCannotBeStaged() throws IOException {
    start(2);
    Volume v = created("there", false);
    Path file = Files.writeString(live().folder("files").resolve("file"), "text");
    Path link = Files.createSymbolicLink(file.resolveSibling("link"), v.staging());
    List<Bad> bad = new ArrayList<>();
    bad.add(invalid("no id", stage(v.stage().setVolumeId("")), "volume_id"));
    bad.add(invalid("no path", stage(v.stage().setStagingTargetPath("")), "staging_target_path"));
    bad.add(
        invalid("no capability", stage(v.stage().clearVolumeCapability()), "volume_capability"));
    bad.add(
        invalid(
            "a mode of many nodes",
            stage(v.stage().setVolumeCapability(v.capability(Mode.MULTI_NODE_MULTI_WRITER))),
            "MULTI_NODE_MULTI_WRITER"));
    bad.add(
        invalid(
            "an unknown filesystem",
            stage(v.stage().setVolumeCapability(filesystem("zfs"))),
            "fs_type"));
    bad.add(
        invalid(
            "a flag with a line feed",
            stage(v.stage().setVolumeCapability(flag("ro\nrw"))),
            "mount_flags"));
    for (String path :
        List.of("staging", "/a/../b", file.toString(), link.toString(), file + "-none")) {
      bad.add(
          invalid(
              "the path " + path,
              stage(v.stage().setStagingTargetPath(path)),
              "staging_target_path"));
    }
    bad.add(
        new Bad(
            "another filesystem",
            stage(v.stage().setVolumeCapability(filesystem("xfs"))),
            Status.Code.FAILED_PRECONDITION,
            "xfs"));
    bad.add(
        new Bad(
            "a Block capability",
            stage(
                v.stage()
                    .setVolumeCapability(named("b", true).capability(Mode.SINGLE_NODE_WRITER))),
            Status.Code.FAILED_PRECONDITION,
            "block device"));
    strangers()
        .forEach(
            id ->
                bad.add(
                    new Bad(
                        "the id " + id.substring(0, 12),
                        stage(v.stage().setVolumeId(id)),
                        Status.Code.NOT_FOUND,
                        id.substring(0, 12))));
    bad.add(
        invalid(
            "unstaging a relative path",
            () ->
                live()
                    .node()
                    .nodeUnstageVolume(v.unstage().toBuilder().setStagingTargetPath("x").build()),
            "staging_target_path"));
    bad.add(
        invalid(
            "unstaging without an id",
            () -> live().node().nodeUnstageVolume(v.withId("").unstage()),
            "volume_id"));
    strangers()
        .forEach(
            id ->
                bad.add(
                    new Bad(
                        "unstaging " + id.substring(0, 12),
                        () -> live().node().nodeUnstageVolume(v.withId(id).unstage()),
                        Status.Code.OK,
                        "")));
    return refused(bad);
  }

  private List<String> strangers() {
    return List.of(
        "another-node/" + UUID.randomUUID(),
        live().owner().topologyValue() + "/" + UUID.randomUUID(),
        "no such volume",
        "x".repeat(4096));
  }

  @TestFactory
  Stream<DynamicTest> publishingRefusesWhatCannotBePublished() throws IOException {
    start(2);
    // A Block volume: nothing writes to its disk while it is staged.
    Volume v = created("there", true);
    stage(v);
    Path pod = v.target().resolveSibling("pod");
    Path file = Files.writeString(live().folder("files").resolve("file"), "text");
    Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);
    List<Bad> bad = new ArrayList<>();
    bad.add(invalid("no id", publish(v.publish().setVolumeId("")), "volume_id"));
    bad.add(invalid("no target", publish(v.publish().setTargetPath("")), "target_path"));
    bad.add(
        invalid(
            "no capability", publish(v.publish().clearVolumeCapability()), "volume_capability"));
    bad.add(
        invalid(
            "a mode of many nodes",
            publish(v.publish().setVolumeCapability(v.capability(Mode.MULTI_NODE_READER_ONLY))),
            "MULTI_NODE_READER_ONLY"));
    for (String path :
        List.of(
            "target",
            "/a/../b",
            file.toString(),
            link.toString(),
            pod + "/none/target",
            v.staging() + "/in")) {
      bad.add(
          invalid("the target " + path, publish(v.publish().setTargetPath(path)), "target_path"));
    }
    bad.add(
        invalid(
            "a relative staging path",
            publish(v.publish().setStagingTargetPath("staging")),
            "staging_target_path"));
    bad.add(
        new Bad(
            "no staging path",
            publish(v.publish().setStagingTargetPath("")),
            Status.Code.FAILED_PRECONDITION,
            "staging_target_path"));
    bad.add(
        new Bad(
            "a staging path where it is not staged",
            publish(
                v.publish().setStagingTargetPath(file.resolveSibling(".").normalize().toString())),
            Status.Code.FAILED_PRECONDITION,
            "staging_target_path"));
    bad.add(
        new Bad(
            "a mount capability",
            publish(v.publish().setVolumeCapability(filesystem("ext4"))),
            Status.Code.FAILED_PRECONDITION,
            "a filesystem"));
    strangers()
        .forEach(
            id ->
                bad.add(
                    new Bad(
                        "the id " + id.substring(0, 12),
                        publish(v.publish().setVolumeId(id)),
                        Status.Code.NOT_FOUND,
                        id.substring(0, 12))));
    bad.add(
        invalid(
            "unpublishing a path with ..",
            () -> live().node().nodeUnpublishVolume(v.unpublish(Path.of("/a/../b"))),
            "target_path"));
    bad.add(
        invalid(
            "unpublishing without an id",
            () -> live().node().nodeUnpublishVolume(v.withId("").unpublish(v.target())),
            "volume_id"));
    bad.add(
        new Bad(
            "unpublishing from a file with text",
            () -> live().node().nodeUnpublishVolume(v.unpublish(file)),
            Status.Code.FAILED_PRECONDITION,
            file.toString()));
    bad.add(
        new Bad(
            "unpublishing from a link",
            () -> live().node().nodeUnpublishVolume(v.unpublish(link)),
            Status.Code.FAILED_PRECONDITION,
            link.toString()));
    strangers()
        .forEach(
            id ->
                bad.add(
                    new Bad(
                        "unpublishing " + id.substring(0, 12),
                        () -> live().node().nodeUnpublishVolume(v.withId(id).unpublish(v.target())),
                        Status.Code.OK,
                        "")));
    bad.add(
        invalid(
            "stats without an id",
            () -> live().node().nodeGetVolumeStats(v.withId("").stats(v.staging())),
            "volume_id"));
    bad.add(
        invalid(
            "stats without a path",
            () -> live().node().nodeGetVolumeStats(v.stats(Path.of(""))),
            "volume_path"));
    bad.add(
        new Bad(
            "stats of some path",
            () -> live().node().nodeGetVolumeStats(v.stats(Path.of("some/path"))),
            Status.Code.NOT_FOUND,
            "some/path"));
    return refused(bad);
  }

  @Test
  void aStagingPathOfAnotherVolumeIsRefused() throws IOException {
    start(2);
    Volume block = created("block", true);
    Volume files = created("files", false);
    LiveDriver driver = live();
    World before = world();
    stage(files);
    String taken = files.staging().toString();
    Status status = driver.status(stage(block.stage().setStagingTargetPath(taken)));
    assertThat(status.getCode()).as("" + status).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).contains("staging path is in use", taken);
    driver.call(() -> driver.node().nodeUnstageVolume(files.unstage()));
    assertThat(world().disks().get(0)).isEqualTo(before.disks().get(0));
    assertThat(world().mounts()).isEmpty();
    assertThat(files.staging()).isEmptyDirectory();
  }

  @Test
  void contextsThatTheDriverDidNotMakeAreNotLookedAt() throws IOException {
    start(1);
    Volume v = created("there", false);
    LiveDriver driver = live();
    driver.call(
        () ->
            driver
                .node()
                .nodeStageVolume(
                    v.stage()
                        .putVolumeContext("storage.kubernetes.io/csiProvisionerIdentity", "1-x")
                        .putPublishContext("device", "/dev/mock")
                        .build()));
    driver.call(
        () ->
            driver
                .node()
                .nodePublishVolume(
                    v.publish().putVolumeContext("csi.storage.k8s.io/pod.name", "pod").build()));
    end(v);
  }

  @Test
  void aNameOf128BytesIsAName() throws IOException {
    start(1);
    Volume v = named("wanted", true);
    CreateVolumeRequest request = v.create().setName("é".repeat(64)).build();
    LiveDriver driver = live();
    String id =
        driver.call(() -> driver.controller().createVolume(request)).getVolume().getVolumeId();
    assertThat(
            driver.call(() -> driver.controller().createVolume(request)).getVolume().getVolumeId())
        .isEqualTo(id);
    end(v.withId(id));
  }

  @Test
  void theSameCallTenTimesAndFromEightThreadsAtOnceIsDoneOnce() throws Exception {
    start(3);
    Volume wanted = named("many", false);
    LiveDriver driver = live();
    atOnceAndAgain(() -> driver.status(create(wanted.create())));
    Volume v = created("many", false);
    assertThat(
            driver
                .call(
                    () -> driver.controller().listVolumes(ListVolumesRequest.getDefaultInstance()))
                .getEntriesCount())
        .isEqualTo(1);
    atOnceAndAgain(() -> driver.status(stage(v.stage())));
    atOnceAndAgain(() -> driver.status(publish(v.publish())));
    assertThat(world().mounts()).hasSize(2);
    atOnceAndAgain(
        () -> driver.status(() -> driver.node().nodeUnpublishVolume(v.unpublish(v.target()))));
    assertThat(v.target()).doesNotExist();
    atOnceAndAgain(() -> driver.status(() -> driver.node().nodeUnstageVolume(v.unstage())));
    assertThat(world().mounts()).isEmpty();
    atOnceAndAgain(() -> driver.status(() -> driver.controller().deleteVolume(v.delete())));
    LiveDriver.await("the scrub", () -> driver.verdict(disks.get(0)).reasons().isEmpty());
  }

  /** Eight at once are done or told to come again; ten more after them are all done. */
  private static void atOnceAndAgain(Callable<Status> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Status.Code> codes = new ArrayList<>();
      for (Future<Status> done : threads.invokeAll(Collections.nCopies(THREADS, call))) {
        codes.add(done.get().getCode());
      }
      assertThat(codes).contains(Status.Code.OK).isSubsetOf(Status.Code.OK, Status.Code.ABORTED);
    } finally {
      threads.shutdown();
    }
    for (int i = 0; i < 10; i++) {
      assertThat(call.call()).isEqualTo(Status.OK);
    }
  }

  @Test
  void aSecondDriverOfTheSameNameIsRefusedAndTheFirstServesOn() throws IOException {
    start(1);
    assertThatThrownBy(() -> live().startUnready(List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(live().owner().driverName());
    assertThat(live().ready()).isTrue();
  }
}
