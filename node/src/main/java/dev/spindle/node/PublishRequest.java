package dev.spindle.node;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.node.mount.PublishOrder;
import dev.spindle.node.mount.Wanted;
import dev.spindle.rpc.Capability;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.Required;
import java.nio.file.Path;

/** Reads NodePublishVolumeRequest. Contexts and secrets are nothing this driver asked for. */
final class PublishRequest {
  private PublishRequest() {}

  /**
   * Reads it. A missing staging path is FAILED_PRECONDITION, and said only when everything else is
   * right (CSI spec, NodePublishVolume Errors, "Staging target path not set").
   */
  static PublishOrder parse(NodePublishVolumeRequest request) {
    String volumeId = Required.present("volume_id", request.getVolumeId());
    Path target = Required.path("target_path", request.getTargetPath()).normalize();
    Capability capability = WantedVolume.capability(request.getVolumeCapability());
    Wanted wanted = WantedVolume.of(capability);
    if (request.getStagingTargetPath().isEmpty()) {
      throw Failure.precondition(
          "staging_target_path is missing: a volume is staged before it is published");
    }
    Path staged = Required.path("staging_target_path", request.getStagingTargetPath()).normalize();
    return new PublishOrder(
        volumeId, staged, target, wanted, sharing(capability.mode(), request.getReadonly()));
  }

  /** Only SINGLE_NODE_MULTI_WRITER allows a second target (CSI spec, NodePublishVolume). */
  private static PublishOrder.Sharing sharing(Mode mode, boolean readOnly) {
    return new PublishOrder.Sharing(
        readOnly || mode == Mode.SINGLE_NODE_READER_ONLY, mode != Mode.SINGLE_NODE_MULTI_WRITER);
  }
}
