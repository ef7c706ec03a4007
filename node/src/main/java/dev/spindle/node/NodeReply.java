package dev.spindle.node;

import csi.v1.NodeExpandVolumeResponse;
import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.VolumeUsage;
import csi.v1.VolumeUsage.Unit;
import dev.spindle.linux.Mounts;
import dev.spindle.node.mount.Expanded;
import dev.spindle.node.mount.Measured;
import dev.spindle.node.mount.Outcome;
import dev.spindle.node.mount.Refused;
import dev.spindle.rpc.Failure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Turns outcomes into responses, or into the codes that CSI and kubelet have for them. */
final class NodeReply {
  private NodeReply() {}

  /** The response if it is done, else the status. */
  static <T> T of(Outcome outcome, T done) {
    if (outcome instanceof Refused refused) {
      throw status(refused);
    }
    return done;
  }

  /** How full a volume is. A filesystem that does not count inodes has no entry for them. */
  static NodeGetVolumeStatsResponse of(Measured measured) {
    NodeGetVolumeStatsResponse.Builder response = NodeGetVolumeStatsResponse.newBuilder();
    if (measured instanceof Measured.Filesystem filesystem) {
      Mounts.Usage usage = filesystem.usage();
      response.addUsage(
          entry(Unit.BYTES, usage.totalBytes())
              .setAvailable(usage.availableBytes())
              .setUsed(usage.usedBytes()));
      if (usage.inodes() > 0) {
        response.addUsage(
            entry(Unit.INODES, usage.inodes())
                .setAvailable(usage.freeInodes())
                .setUsed(usage.inodes() - usage.freeInodes()));
      }
    } else if (measured instanceof Measured.Device device) {
      response.addUsage(entry(Unit.BYTES, device.totalBytes()));
    } else if (measured instanceof Refused refused) {
      throw status(refused);
    }
    return response.build();
  }

  /** How large a volume is. */
  static NodeExpandVolumeResponse of(Expanded expanded) {
    if (expanded instanceof Refused refused) {
      throw status(refused);
    }
    long bytes = ((Expanded.Done) expanded).capacityBytes();
    return NodeExpandVolumeResponse.newBuilder().setCapacityBytes(bytes).build();
  }

  private static VolumeUsage.Builder entry(Unit unit, long total) {
    return VolumeUsage.newBuilder().setUnit(unit).setTotal(total);
  }

  /**
   * The status of a refusal. Kubelet takes ABORTED and UNAVAILABLE for "maybe done" and cleans up
   * after them; all others mean that nothing is left (kubernetes, pkg/volume/csi, isFinalError).
   */
  private static StatusRuntimeException status(Refused refused) {
    return switch (refused.kind()) {
      case BAD_REQUEST ->
          Status.INVALID_ARGUMENT.withDescription(refused.why()).asRuntimeException();
      case UNKNOWN -> Failure.notFound(refused.why());
      case CONFLICT -> Failure.alreadyExists(refused.why());
      case UNFIT -> Failure.precondition(refused.why());
      case OUT_OF_RANGE -> Failure.outOfRange(refused.why());
      case NOT_NOW -> Failure.unavailable(refused.why());
      case FAILED -> Status.INTERNAL.withDescription(refused.why()).asRuntimeException();
      case HALF_DONE -> Failure.aborted(refused.why());
    };
  }
}
