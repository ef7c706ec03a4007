package dev.spindle.rpc;

import csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import csi.v1.VolumeHealth;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;

/**
 * What the health calls of CSI 1.13 are answered with; one for both services that have such calls.
 * They are alpha, and offered only where asked for. Each throws UNAVAILABLE before the first look
 * at the disks.
 */
public interface HealthReport {
  /**
   * Of one volume.
   *
   * @throws StatusRuntimeException NOT_FOUND if there is none, UNAVAILABLE if that cannot be told
   */
  VolumeHealth volume(String volumeId);

  /** Of every volume that is known, also of those whose disks are lost. */
  List<VolumeHealth> volumes();

  /** Of this node's disks together: what ails any of them, each reason once. */
  List<StorageBackendHealth> storage();

  /** The report, where these calls are offered. */
  static HealthReport offered(Optional<HealthReport> report) {
    return report.orElseThrow(
        () ->
            Failure.unimplemented(
                "health calls are alpha, and this driver runs without --enable-alpha-health"));
  }
}
