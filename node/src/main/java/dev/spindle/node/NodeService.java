package dev.spindle.node;

import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeExpandVolumeResponse;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetCapabilitiesResponse;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodeGetStorageHealthRequest;
import csi.v1.NodeGetStorageHealthResponse;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeHealthResponse;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.NodeGrpc.NodeImplBase;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeServiceCapability.RPC;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.NodeUnstageVolumeResponse;
import dev.spindle.node.mount.ExpandOrder;
import dev.spindle.node.mount.Expanding;
import dev.spindle.node.mount.Outcome;
import dev.spindle.node.mount.PublishOrder;
import dev.spindle.node.mount.Publishing;
import dev.spindle.node.mount.StageOrder;
import dev.spindle.node.mount.Staging;
import dev.spindle.node.mount.VolumeUsage;
import dev.spindle.rpc.HealthReport;
import dev.spindle.rpc.InFlight;
import dev.spindle.rpc.Required;
import dev.spindle.rpc.Unary;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * CSI Node for the disks of one node. Each call is read, guarded, asked of {@code node.mount} and
 * answered; what is wrong with the arguments is said before anything else is looked at. What is not
 * here answers UNIMPLEMENTED.
 */
public final class NodeService extends NodeImplBase {
  private static final Set<RPC.Type> CAPABILITIES =
      EnumSet.of(
          RPC.Type.STAGE_UNSTAGE_VOLUME,
          RPC.Type.GET_VOLUME_STATS,
          RPC.Type.EXPAND_VOLUME,
          RPC.Type.SINGLE_NODE_MULTI_WRITER);

  private static final Set<RPC.Type> HEALTH =
      EnumSet.of(RPC.Type.GET_VOLUME_HEALTH, RPC.Type.GET_STORAGE_HEALTH);

  private final NodeInfo info;
  private final Parts parts;
  private final InFlight inFlight;
  private final Optional<HealthReport> health;

  /** The operations behind the calls. */
  public record Parts(
      Staging staging, Publishing publishing, VolumeUsage usage, Expanding expanding) {}

  /**
   * The service of one node.
   *
   * @param inFlight shared with the controller service
   */
  public NodeService(NodeInfo info, Parts parts, InFlight inFlight) {
    this.info = info;
    this.parts = parts;
    this.inFlight = inFlight;
    this.health = Optional.empty();
  }

  private NodeService(NodeService same, HealthReport report) {
    this.info = same.info;
    this.parts = same.parts;
    this.inFlight = same.inFlight;
    this.health = Optional.of(report);
  }

  /** The same, which offers the health calls too. */
  public NodeService with(HealthReport report) {
    return new NodeService(this, report);
  }

  @Override
  public void nodeStageVolume(
      NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          StageOrder order = StageRequest.parse(request);
          return NodeReply.of(
              alone(order.volumeId(), () -> parts.staging().stage(order)),
              NodeStageVolumeResponse.getDefaultInstance());
        });
  }

  @Override
  public void nodeUnstageVolume(
      NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          String id = Required.present("volume_id", request.getVolumeId());
          Path path = path("staging_target_path", request.getStagingTargetPath());
          return NodeReply.of(
              alone(id, () -> parts.staging().unstage(id, path)),
              NodeUnstageVolumeResponse.getDefaultInstance());
        });
  }

  @Override
  public void nodePublishVolume(
      NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          PublishOrder order = PublishRequest.parse(request);
          return NodeReply.of(
              alone(order.volumeId(), () -> parts.publishing().publish(order)),
              NodePublishVolumeResponse.getDefaultInstance());
        });
  }

  @Override
  public void nodeUnpublishVolume(
      NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          String id = Required.present("volume_id", request.getVolumeId());
          Path path = path("target_path", request.getTargetPath());
          return NodeReply.of(
              alone(id, () -> parts.publishing().unpublish(id, path)),
              NodeUnpublishVolumeResponse.getDefaultInstance());
        });
  }

  @Override
  public void nodeGetVolumeStats(
      NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          String id = Required.present("volume_id", request.getVolumeId());
          String path = Required.present("volume_path", request.getVolumePath());
          return NodeReply.of(parts.usage().measure(id, ExpandRequest.volumePath(path)));
        });
  }

  @Override
  public void nodeExpandVolume(
      NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          ExpandOrder order = ExpandRequest.parse(request);
          return NodeReply.of(
              inFlight.alone(
                  InFlight.volume(order.volumeId()), () -> parts.expanding().expand(order)));
        });
  }

  @Override
  public void nodeGetCapabilities(
      NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          NodeGetCapabilitiesResponse.Builder response = NodeGetCapabilitiesResponse.newBuilder();
          Stream.concat(CAPABILITIES.stream(), health.stream().flatMap(any -> HEALTH.stream()))
              .forEach(type -> response.addCapabilitiesBuilder().getRpcBuilder().setType(type));
          return response.build();
        });
  }

  /**
   * The paths of the request are hints of where a driver might look (and may be of an attempt); a
   * volume here is ill or well wherever it is mounted.
   */
  @Override
  public void nodeGetVolumeHealth(
      NodeGetVolumeHealthRequest request, StreamObserver<NodeGetVolumeHealthResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          HealthReport report = HealthReport.offered(health);
          String id = Required.present("volume_id", request.getVolumeId());
          return NodeGetVolumeHealthResponse.newBuilder()
              .setVolumeHealth(report.volume(id))
              .build();
        });
  }

  @Override
  public void nodeGetStorageHealth(
      NodeGetStorageHealthRequest request, StreamObserver<NodeGetStorageHealthResponse> reply) {
    Unary.answer(
        reply,
        () ->
            NodeGetStorageHealthResponse.newBuilder()
                .addAllBackendHealth(HealthReport.offered(health).storage())
                .build());
  }

  @Override
  public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> reply) {
    Unary.answer(reply, info::response);
  }

  private Outcome alone(String volumeId, Callable<Outcome> work) throws Exception {
    return inFlight.alone(InFlight.volume(volumeId), work);
  }

  private static Path path(String field, String value) {
    return Required.path(field, value).normalize();
  }
}
