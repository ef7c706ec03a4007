package dev.spindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetCapabilitiesResponse;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeServiceCapability.RPC;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.linux.exec.Growfs;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.node.mount.Expanding;
import dev.spindle.node.mount.Host;
import dev.spindle.node.mount.PublishOrder;
import dev.spindle.node.mount.Publishing;
import dev.spindle.node.mount.StageOrder;
import dev.spindle.node.mount.Staging;
import dev.spindle.node.mount.VolumeUsage;
import dev.spindle.rpc.InFlight;
import dev.spindle.rpc.NodeTopology;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeServiceTest {
  private static final String ID = "n1/7c1e6c3c-0b0a-4a52-9d9f-0123456789ab";

  private final NoVolumes claims = new NoVolumes();
  private final InFlight inFlight = new InFlight();
  private long waited;

  private NodeService service() {
    NativeLinux linux = new NativeLinux();
    Host host =
        new Host(
            linux.mounts(),
            new ProcMounts(Path.of("/")),
            linux.blockDevices(),
            linux.signatures(),
            new Mkfs(new Programs(), Path.of("/")),
            new SysBlock(Path.of("/")));
    NodeInfo info =
        new NodeInfo(
            "node-1",
            new NodeTopology("disk.spindle.dev/node", "n1"),
            claims,
            millis -> {
              waited += millis;
              claims.ready |= waited >= claims.readyAfterMillis;
            });
    return new NodeService(
        info,
        new NodeService.Parts(
            new Staging(claims, host),
            new Publishing(claims, host),
            new VolumeUsage(claims, host),
            new Expanding(claims, host, new Growfs(new Programs()))),
        inFlight);
  }

  /** What a call was answered with. */
  private static final class Answer<T> implements StreamObserver<T> {
    @Nullable T value;
    Status status = Status.OK;

    @Override
    public void onNext(T answer) {
      value = answer;
    }

    @Override
    public void onError(Throwable failure) {
      status = Status.fromThrowable(failure);
    }

    @Override
    public void onCompleted() {}
  }

  private static <Q, R> Answer<R> call(BiConsumer<Q, StreamObserver<R>> rpc, Q request) {
    Answer<R> answer = new Answer<>();
    rpc.accept(request, answer);
    return answer;
  }

  private static <Q, R> R answered(BiConsumer<Q, StreamObserver<R>> rpc, Q request) {
    R value = call(rpc, request).value;
    if (value == null) {
      throw new AssertionError("no answer");
    }
    return value;
  }

  private static <Q, R> String fails(
      BiConsumer<Q, StreamObserver<R>> rpc, Q request, Status.Code code) {
    Status status = call(rpc, request).status;
    assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
    return String.valueOf(status.getDescription());
  }

  private static VolumeCapability mount(Mode mode, String... flags) {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getAccessModeBuilder().setMode(mode);
    for (String flag : flags) {
      capability.getMountBuilder().addMountFlags(flag);
    }
    capability.getMountBuilder();
    return capability.build();
  }

  private static NodeStageVolumeRequest stage(Consumer<NodeStageVolumeRequest.Builder> change) {
    NodeStageVolumeRequest.Builder request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(ID)
            .setStagingTargetPath("/no/such/staging")
            .setVolumeCapability(mount(Mode.SINGLE_NODE_WRITER))
            .putPublishContext("device", "/dev/mock");
    change.accept(request);
    return request.build();
  }

  private static NodePublishVolumeRequest publish(
      Consumer<NodePublishVolumeRequest.Builder> change) {
    NodePublishVolumeRequest.Builder request =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(ID)
            .setStagingTargetPath("/no/such/staging")
            .setTargetPath("/no/such/target")
            .setVolumeCapability(mount(Mode.SINGLE_NODE_WRITER));
    change.accept(request);
    return request.build();
  }

  @Test
  void exactlyFourCapabilitiesAreOffered() {
    NodeGetCapabilitiesResponse answer =
        answered(service()::nodeGetCapabilities, NodeGetCapabilitiesRequest.getDefaultInstance());

    assertThat(answer.getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .containsExactly(
            RPC.Type.STAGE_UNSTAGE_VOLUME,
            RPC.Type.GET_VOLUME_STATS,
            RPC.Type.EXPAND_VOLUME,
            RPC.Type.SINGLE_NODE_MULTI_WRITER);
  }

  @Test
  void whoTheNodeIsWaitsForTheFirstInventory() {
    claims.ready = false;
    claims.readyAfterMillis = 5_000;

    NodeGetInfoResponse answer =
        answered(service()::nodeGetInfo, NodeGetInfoRequest.getDefaultInstance());

    assertThat(answer.getNodeId()).isEqualTo("node-1");
    assertThat(answer.getMaxVolumesPerNode()).isEqualTo(7);
    assertThat(answer.getAccessibleTopology().getSegmentsMap())
        .containsOnly(java.util.Map.entry("disk.spindle.dev/node", "n1"));
    assertThat(waited).isEqualTo(5_000);
  }

  @Test
  void whoTheNodeIsIsUnavailableWhenTheInventoryTakesTooLong() {
    claims.ready = false;
    claims.readyAfterMillis = Long.MAX_VALUE;

    fails(service()::nodeGetInfo, NodeGetInfoRequest.getDefaultInstance(), Status.Code.UNAVAILABLE);

    assertThat(waited).isEqualTo(20_000);
  }

  @Test
  void argumentsOfStageAreCheckedBeforeAnythingElse() {
    claims.ready = false;
    NodeService service = service();

    assertThat(
            fails(
                service::nodeStageVolume,
                stage(r -> r.clearVolumeId()),
                Status.Code.INVALID_ARGUMENT))
        .contains("volume_id");
    assertThat(
            fails(
                service::nodeStageVolume,
                stage(r -> r.clearStagingTargetPath()),
                Status.Code.INVALID_ARGUMENT))
        .contains("staging_target_path");
    assertThat(
            fails(
                service::nodeStageVolume,
                stage(r -> r.clearVolumeCapability()),
                Status.Code.INVALID_ARGUMENT))
        .contains("volume_capability");
    fails(service::nodeStageVolume, stage(r -> {}), Status.Code.UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "/a/../b"})
  void aStagingPathMustBeAbsoluteAndStraight(String path) {
    fails(
        service()::nodeStageVolume,
        stage(r -> r.setStagingTargetPath(path)),
        Status.Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MULTI_NODE_READER_ONLY", "MULTI_NODE_SINGLE_WRITER", "MULTI_NODE_MULTI_WRITER"})
  void accessFromManyNodesIsRefused(Mode mode) {
    fails(
        service()::nodeStageVolume,
        stage(r -> r.setVolumeCapability(mount(mode))),
        Status.Code.INVALID_ARGUMENT);
    fails(
        service()::nodePublishVolume,
        publish(r -> r.setVolumeCapability(mount(mode))),
        Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void anUnknownFilesystemIsRefusedByName() {
    NodeStageVolumeRequest request =
        stage(r -> r.getVolumeCapabilityBuilder().getMountBuilder().setFsType("zfs"));

    assertThat(fails(service()::nodeStageVolume, request, Status.Code.INVALID_ARGUMENT))
        .contains("zfs", "ext4");
  }

  @Test
  void aFilesystemInCapitalsIsTheOneThatCreateVolumeUnderstood() {
    NodeStageVolumeRequest request =
        stage(r -> r.getVolumeCapabilityBuilder().getMountBuilder().setFsType("XFS"));

    assertThat(StageRequest.parse(request).wanted().filesystem()).isEqualTo("xfs");
  }

  @Test
  void anSeLinuxContextIsKeptWhole() {
    String context = "context=\"system_u:object_r:container_file_t:s0:c1,c2\"";

    StageOrder order =
        StageRequest.parse(
            stage(r -> r.setVolumeCapability(mount(Mode.SINGLE_NODE_WRITER, "noatime", context))));

    assertThat(order.wanted().options().data()).isEqualTo(context);
  }

  @Test
  void aRefusedMountFlagIsNamedWithoutItsValue() {
    NodeService service = service();

    assertThat(
            fails(
                service::nodeStageVolume,
                stage(r -> r.setVolumeCapability(mount(Mode.SINGLE_NODE_WRITER, "bind"))),
                Status.Code.INVALID_ARGUMENT))
        .contains("bind");
    assertThat(
            fails(
                service::nodeStageVolume,
                stage(
                    r ->
                        r.setVolumeCapability(
                            mount(Mode.SINGLE_NODE_WRITER, "password=\"hunter2"))),
                Status.Code.INVALID_ARGUMENT))
        .contains("password")
        .doesNotContain("hunter2");
  }

  @Test
  void argumentsOfPublishAreCheckedInTheOrderThatCallersExpect() {
    NodeService service = service();

    assertThat(
            fails(
                service::nodePublishVolume,
                NodePublishVolumeRequest.getDefaultInstance(),
                Status.Code.INVALID_ARGUMENT))
        .contains("volume_id");
    assertThat(
            fails(
                service::nodePublishVolume,
                NodePublishVolumeRequest.newBuilder().setVolumeId("fake").build(),
                Status.Code.INVALID_ARGUMENT))
        .contains("target_path");
    assertThat(
            fails(
                service::nodePublishVolume,
                NodePublishVolumeRequest.newBuilder()
                    .setVolumeId("fake")
                    .setTargetPath("/target")
                    .build(),
                Status.Code.INVALID_ARGUMENT))
        .contains("volume_capability");
    assertThat(
            fails(
                service::nodePublishVolume,
                publish(r -> r.clearStagingTargetPath()),
                Status.Code.FAILED_PRECONDITION))
        .contains("staging_target_path");
    fails(service::nodePublishVolume, publish(r -> {}), Status.Code.NOT_FOUND);
  }

  @Test
  void theAccessModeSaysWhetherATargetIsAloneAndReadOnly() {
    assertThat(sharing(Mode.SINGLE_NODE_WRITER, false))
        .isEqualTo(new PublishOrder.Sharing(false, true));
    assertThat(sharing(Mode.SINGLE_NODE_SINGLE_WRITER, true))
        .isEqualTo(new PublishOrder.Sharing(true, true));
    assertThat(sharing(Mode.SINGLE_NODE_READER_ONLY, false))
        .isEqualTo(new PublishOrder.Sharing(true, true));
    assertThat(sharing(Mode.SINGLE_NODE_MULTI_WRITER, false))
        .isEqualTo(new PublishOrder.Sharing(false, false));
  }

  private static PublishOrder.Sharing sharing(Mode mode, boolean readOnly) {
    return PublishRequest.parse(
            publish(r -> r.setVolumeCapability(mount(mode)).setReadonly(readOnly)))
        .sharing();
  }

  @Test
  void unstagingAndUnpublishingWhatIsUnknownIsDone() {
    NodeService service = service();
    for (String id : new String[] {"fake-vol-id", ID}) {
      assertThat(
              call(
                      service::nodeUnstageVolume,
                      NodeUnstageVolumeRequest.newBuilder()
                          .setVolumeId(id)
                          .setStagingTargetPath("/no/such/staging")
                          .build())
                  .status)
          .isEqualTo(Status.OK);
      assertThat(
              call(
                      service::nodeUnpublishVolume,
                      NodeUnpublishVolumeRequest.newBuilder()
                          .setVolumeId(id)
                          .setTargetPath("/no/such/target")
                          .build())
                  .status)
          .isEqualTo(Status.OK);
    }
  }

  @Test
  void unstagingAndUnpublishingNeedIdAndPath() {
    NodeService service = service();

    fails(
        service::nodeUnstageVolume,
        NodeUnstageVolumeRequest.getDefaultInstance(),
        Status.Code.INVALID_ARGUMENT);
    fails(
        service::nodeUnstageVolume,
        NodeUnstageVolumeRequest.newBuilder().setVolumeId(ID).build(),
        Status.Code.INVALID_ARGUMENT);
    fails(
        service::nodeUnpublishVolume,
        NodeUnpublishVolumeRequest.getDefaultInstance(),
        Status.Code.INVALID_ARGUMENT);
    fails(
        service::nodeUnpublishVolume,
        NodeUnpublishVolumeRequest.newBuilder().setVolumeId(ID).build(),
        Status.Code.INVALID_ARGUMENT);
  }

  @Test
  @DisplayName("should fail when volume is not found")
  void theUsageOfAnUnknownVolumeAtARelativePathIsNotFound() {
    NodeService service = service();

    fails(
        service::nodeGetVolumeStats,
        NodeGetVolumeStatsRequest.newBuilder().setVolumePath("some/path").build(),
        Status.Code.INVALID_ARGUMENT);
    fails(
        service::nodeGetVolumeStats,
        NodeGetVolumeStatsRequest.newBuilder().setVolumeId(ID).build(),
        Status.Code.INVALID_ARGUMENT);
    for (String id : new String[] {"fake-vol-id", ID}) {
      fails(
          service::nodeGetVolumeStats,
          NodeGetVolumeStatsRequest.newBuilder().setVolumeId(id).setVolumePath("some/path").build(),
          Status.Code.NOT_FOUND);
    }
  }

  @Test
  void aSecondCallOnAVolumeIsAbortedWhileTheFirstRuns() throws Exception {
    NodeService service = service();

    String why =
        inFlight.alone(
            InFlight.volume(ID),
            () ->
                fails(
                    service::nodeUnstageVolume,
                    NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(ID)
                        .setStagingTargetPath("/staging")
                        .build(),
                    Status.Code.ABORTED));

    assertThat(why).contains(ID);
  }
}
