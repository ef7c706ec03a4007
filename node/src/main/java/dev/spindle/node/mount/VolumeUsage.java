package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Measures how full a volume is (CSI spec, NodeGetVolumeStats). */
public final class VolumeUsage {
  /** Answers come in microseconds, unless a disk has much to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Measurements measurements = new Measurements(PATIENCE);
  private final Mounts mounts;
  private final Volumes volumes;
  private final VolumeMounts volumeMounts;

  /** Over the disks of this node. */
  public VolumeUsage(Claims claims, Host host) {
    this.mounts = host.mounts();
    this.volumes = new Volumes(claims, host.sysBlock());
    this.volumeMounts = new VolumeMounts(host.table());
  }

  /**
   * Measures a volume at a path where it is staged or published. A relative path is one where no
   * volume is. Does not wait long for a disk that does not answer.
   */
  public Measured measure(String volumeId, Path path) {
    return measurements.measure(volumeId, () -> measureNow(volumeId, path));
  }

  private Measured measureNow(String volumeId, Path path) {
    try {
      Found found = volumes.find(volumeId);
      if (!(found instanceof Found.Volume volume)) {
        return Volumes.refusal(volumeId, found);
      }
      Claim claim = volume.record().volume();
      Optional<SysPartition> partition = volumes.partition(volume);
      Optional<Path> place =
          partition.isEmpty() ? Optional.empty() : volumeMounts.place(partition.get(), claim, path);
      if (place.isEmpty()) {
        return Refused.notThere(volumeId, path);
      }
      return claim.accessType() == AccessType.BLOCK
          ? new Measured.Device(partition.get().lengthBytes())
          : new Measured.Filesystem(mounts.usage(place.get()));
    } catch (IOException failure) {
      return Refused.notNow("volume " + volumeId + " cannot be measured", failure);
    }
  }
}
