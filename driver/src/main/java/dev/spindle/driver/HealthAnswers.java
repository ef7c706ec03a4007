package dev.spindle.driver;

import csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import csi.v1.StorageHealthErrorType;
import csi.v1.VolumeHealth;
import csi.v1.VolumeHealthErrorType;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.health.Ailment;
import dev.spindle.disks.health.Health;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.HealthReport;
import dev.spindle.rpc.Utf8;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The ailments of disks and volumes as CSI carries them. */
final class HealthAnswers implements HealthReport {
  private static final int LONGEST_MESSAGE = 1024;

  private final Claims claims;
  private final Health health;

  HealthAnswers(Claims claims, Health health) {
    this.claims = claims;
    this.health = health;
  }

  @Override
  public VolumeHealth volume(String volumeId) {
    requireReady();
    VolumeId id = VolumeId.parse(volumeId).orElseThrow(() -> unknown(volumeId));
    List<Ailment> ailments = health.volumes().get(id);
    if (ailments == null) {
      if (claims.find(id) instanceof Found.Uncertain uncertain) {
        throw Failure.unavailable(uncertain.why());
      }
      throw unknown(volumeId);
    }
    return of(id, ailments);
  }

  @Override
  public List<VolumeHealth> volumes() {
    requireReady();
    List<VolumeHealth> all = new ArrayList<>();
    health.volumes().forEach((volume, ailments) -> all.add(of(volume, ailments)));
    return all;
  }

  /** A disk that is ill leaves the others usable, so the whole is never more than degraded. */
  @Override
  public List<StorageBackendHealth> storage() {
    requireReady();
    Map<Ailment.Kind, List<String>> byKind = new EnumMap<>(Ailment.Kind.class);
    health
        .disks()
        .forEach(
            (disk, ailments) ->
                ailments.forEach(
                    ailment ->
                        byKind
                            .computeIfAbsent(ailment.kind(), any -> new ArrayList<>())
                            .add(disk + ": " + ailment.message())));
    List<StorageBackendHealth> backend = new ArrayList<>();
    byKind.forEach(
        (kind, disks) ->
            backend.add(
                StorageBackendHealth.newBuilder()
                    .setStatus(StorageHealthErrorType.STORAGE_DEGRADED)
                    .setReason(kind.word())
                    .setMessage(Utf8.cut(String.join("; ", disks), LONGEST_MESSAGE))
                    .build()));
    return backend;
  }

  private static VolumeHealth of(VolumeId volume, List<Ailment> ailments) {
    VolumeHealth.Builder answer = VolumeHealth.newBuilder().setVolumeId(volume.toString());
    for (Ailment ailment : ailments) {
      answer
          .addHealthStatusesBuilder()
          .setStatus(status(ailment.kind().severity()))
          .setReason(ailment.kind().word())
          .setMessage(Utf8.cut(ailment.message(), LONGEST_MESSAGE));
    }
    return answer.build();
  }

  private static VolumeHealthErrorType status(Ailment.Severity severity) {
    return switch (severity) {
      case DEGRADED -> VolumeHealthErrorType.DEGRADED;
      case INACCESSIBLE -> VolumeHealthErrorType.INACCESSIBLE;
      case DATA_LOSS -> VolumeHealthErrorType.DATA_LOSS;
    };
  }

  private void requireReady() {
    if (!claims.ready()) {
      throw Failure.unavailable("the disks of this node are still being read; try again");
    }
  }

  private static StatusRuntimeException unknown(String id) {
    return Failure.notFound("there is no volume " + Utf8.cut(id, 300) + " on this node");
  }
}
