package dev.spindle.node;

import csi.v1.NodeStageVolumeRequest;
import dev.spindle.node.mount.StageOrder;
import dev.spindle.rpc.Required;
import java.nio.file.Path;

/** Reads NodeStageVolumeRequest. Contexts and secrets are nothing this driver asked for. */
final class StageRequest {
  private StageRequest() {}

  static StageOrder parse(NodeStageVolumeRequest request) {
    String volumeId = Required.present("volume_id", request.getVolumeId());
    Path path = Required.path("staging_target_path", request.getStagingTargetPath()).normalize();
    return new StageOrder(
        volumeId, path, WantedVolume.of(WantedVolume.capability(request.getVolumeCapability())));
  }
}
