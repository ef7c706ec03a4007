package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

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
      Optional<SysPartition> partition = volumes.partition(volume);
      Optional<Path> real = path.isAbsolute() ? MountPoint.real(path) : Optional.empty();
      if (partition.isEmpty() || real.isEmpty()) {
        return notThere(volumeId, path);
      }
      UUID uuid = volume.record().volume().volume();
      return volume.record().volume().accessType() == AccessType.BLOCK
          ? device(volumeId, partition.get(), real.get(), uuid)
          : filesystem(volumeId, partition.get(), real.get());
    } catch (IOException failure) {
      return Refused.notNow("volume " + volumeId + " cannot be measured", failure);
    }
  }

  private Measured filesystem(String volumeId, SysPartition partition, Path path)
      throws IOException {
    return volumeMounts.standing(partition, path).ownTop() == null
        ? notThere(volumeId, path)
        : new Measured.Filesystem(mounts.usage(path));
  }

  /**
   * The path that kubelet asks about is a bind of its own, which this driver was never told of
   * (kubernetes, pkg/volume/csi/csi_plugin.go, NewBlockVolumeMapper), so what counts is the device
   * that is there. At the staging path it is one level below.
   */
  private static Measured device(String volumeId, SysPartition partition, Path path, UUID uuid)
      throws IOException {
    Path node = MountPoint.look(path).directory() ? path.resolve(uuid.toString()) : path;
    return VolumeMounts.nodeNumber(node).filter(partition.device()::equals).isPresent()
        ? new Measured.Device(partition.lengthBytes())
        : notThere(volumeId, path);
  }

  private static Refused notThere(String volumeId, Path path) {
    return Refused.unknown("volume " + volumeId + " is not at volume_path " + path);
  }
}
