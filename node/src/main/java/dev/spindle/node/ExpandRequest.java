package dev.spindle.node;

import csi.v1.CapacityRange;
import csi.v1.NodeExpandVolumeRequest;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.node.mount.ExpandOrder;
import dev.spindle.node.mount.Wanted;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.Required;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads NodeExpandVolumeRequest. Where the volume is staged is in the mount table. */
final class ExpandRequest {
  private ExpandRequest() {}

  static ExpandOrder parse(NodeExpandVolumeRequest request) {
    String volumeId = Required.present("volume_id", request.getVolumeId());
    String path = Required.present("volume_path", request.getVolumePath());
    if (!request.getStagingTargetPath().isEmpty()) {
      Path unused = Required.path("staging_target_path", request.getStagingTargetPath());
    }
    Optional<Wanted> use =
        request.hasVolumeCapability()
            ? Optional.of(WantedVolume.of(WantedVolume.capability(request.getVolumeCapability())))
            : Optional.empty();
    return new ExpandOrder(volumeId, volumePath(path), range(request), use);
  }

  /** One that is no absolute path is one where no volume is. */
  static Path volumePath(String path) {
    try {
      return Path.of(path).normalize();
    } catch (InvalidPathException noPath) {
      throw Failure.notFound("no volume can be at volume_path: it is no path");
    }
  }

  private static SizeRange range(NodeExpandVolumeRequest request) {
    if (!request.hasCapacityRange()) {
      return SizeRange.ANY;
    }
    CapacityRange range = Required.range(request.getCapacityRange());
    return new SizeRange(range.getRequiredBytes(), range.getLimitBytes());
  }
}
