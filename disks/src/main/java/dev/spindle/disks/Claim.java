package dev.spindle.disks;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A volume, as its disk records it.
 *
 * @param volume random, fresh for each volume; also the filesystem's UUID
 * @param csiName CreateVolumeRequest.name
 * @param capacityBytes size of the volume partition
 * @param filesystem as "ext4"; null for Block
 * @param parameters the StorageClass parameters in effect
 * @param pvcNamespace and the two names after it: from external-provisioner's extra metadata, empty
 *     where not given
 */
public record Claim(
    UUID volume,
    String csiName,
    Instant createdAt,
    long capacityBytes,
    AccessType accessType,
    @Nullable String filesystem,
    Map<String, String> parameters,
    String pvcNamespace,
    String pvcName,
    String pvName) {
  /** Copies the parameters. */
  public Claim {
    parameters = Map.copyOf(parameters);
  }

  /** The same volume in a partition of another size, bytes. */
  Claim withCapacity(long bytes) {
    return new Claim(
        volume,
        csiName,
        createdAt,
        bytes,
        accessType,
        filesystem,
        parameters,
        pvcNamespace,
        pvcName,
        pvName);
  }

  /** What the StorageClass adds to mkfs; empty for nothing. */
  public String mkfsOptions() {
    return parameters.getOrDefault("mkfsOptions", "");
  }
}
