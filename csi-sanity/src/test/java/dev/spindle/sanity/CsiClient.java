package dev.spindle.sanity;

import csi.v1.CapacityRange;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeExpandVolumeResponse;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.NodeUnstageVolumeResponse;
import csi.v1.Volume;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Calls the driver as external-provisioner and kubelet do, with their deadlines. */
public final class CsiClient {
  private static final long PROVISIONER_SECONDS = 60;
  private static final long KUBELET_SECONDS = 120;

  private final Channel channel;
  private final Tally tally;

  public CsiClient(Channel channel, Tally tally) {
    this.channel = channel;
    this.tally = tally;
  }

  public Volume create(Wish wish) {
    CreateVolumeRequest request =
        CreateVolumeRequest.newBuilder()
            .setName(wish.name())
            .setCapacityRange(
                CapacityRange.newBuilder()
                    .setRequiredBytes(wish.requiredBytes())
                    .setLimitBytes(wish.limitBytes()))
            .addVolumeCapabilities(wish.capability())
            .putParameters("csi.storage.k8s.io/pv/name", wish.name())
            .build();
    return tally.count("CreateVolume", () -> controller().createVolume(request).getVolume());
  }

  public DeleteVolumeResponse delete(String id) {
    DeleteVolumeRequest request = DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
    return tally.count("DeleteVolume", () -> controller().deleteVolume(request));
  }

  public NodeStageVolumeResponse stage(String id, Wish wish, Path staging) {
    NodeStageVolumeRequest request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setStagingTargetPath(staging.toString())
            .setVolumeCapability(wish.capability())
            .build();
    return tally.count("NodeStageVolume", () -> node().nodeStageVolume(request));
  }

  public NodePublishVolumeResponse publish(
      String id, Wish wish, Path staging, Path target, boolean readOnly) {
    NodePublishVolumeRequest request =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setStagingTargetPath(staging.toString())
            .setTargetPath(target.toString())
            .setVolumeCapability(wish.capability())
            .setReadonly(readOnly)
            .build();
    return tally.count("NodePublishVolume", () -> node().nodePublishVolume(request));
  }

  public NodeGetVolumeStatsResponse stats(String id, Path path) {
    NodeGetVolumeStatsRequest request =
        NodeGetVolumeStatsRequest.newBuilder()
            .setVolumeId(id)
            .setVolumePath(path.toString())
            .build();
    return tally.count("NodeGetVolumeStats", () -> node().nodeGetVolumeStats(request));
  }

  public NodeExpandVolumeResponse expand(String id, Path path, long bytes) {
    NodeExpandVolumeRequest request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setVolumePath(path.toString())
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(bytes))
            .build();
    return tally.count("NodeExpandVolume", () -> node().nodeExpandVolume(request));
  }

  public NodeUnpublishVolumeResponse unpublish(String id, Path target) {
    NodeUnpublishVolumeRequest request =
        NodeUnpublishVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setTargetPath(target.toString())
            .build();
    return tally.count("NodeUnpublishVolume", () -> node().nodeUnpublishVolume(request));
  }

  public NodeUnstageVolumeResponse unstage(String id, Path staging) {
    NodeUnstageVolumeRequest request =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setStagingTargetPath(staging.toString())
            .build();
    return tally.count("NodeUnstageVolume", () -> node().nodeUnstageVolume(request));
  }

  private ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PROVISIONER_SECONDS, TimeUnit.SECONDS);
  }

  private NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel).withDeadlineAfter(KUBELET_SECONDS, TimeUnit.SECONDS);
  }
}
