package dev.spindle.node.mount;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Finds volumes by the ids that callers send. */
final class Volumes {
  private final Claims claims;
  private final SysBlock sysBlock;

  Volumes(Claims claims, SysBlock sysBlock) {
    this.claims = claims;
    this.sysBlock = sysBlock;
  }

  /** What is known of a volume; an id that this driver cannot have made names none. */
  Found find(String volumeId) {
    return VolumeId.parse(volumeId).map(this::find).orElseGet(Found.Missing::new);
  }

  private Found find(VolumeId id) {
    return claims.ready()
        ? claims.find(id)
        : new Found.Uncertain("the disks of this node are still being read; try again");
  }

  /** What is known of a volume that is to be unmounted. */
  Subject subject(String volumeId) throws IOException {
    Found found = find(volumeId);
    SysPartition partition =
        found instanceof Found.Volume volume ? partition(volume).orElse(null) : null;
    UUID uuid = VolumeId.parse(volumeId).map(VolumeId::uuid).orElse(null);
    return new Subject(volumeId, uuid, found, partition);
  }

  /** The answer where a volume is needed and was not found. */
  static Refused refusal(String volumeId, Found found) {
    if (found instanceof Found.Elsewhere elsewhere) {
      return Refused.unknown(
          "volume " + volumeId + " is on node " + elsewhere.topologyValue() + ", not on this one");
    }
    if (found instanceof Found.Uncertain uncertain) {
      return Refused.notNow("volume " + volumeId + " cannot be used now: " + uncertain.why());
    }
    return Refused.unknown("there is no volume " + volumeId + " on this node");
  }

  /**
   * A volume's partition as the kernel knows it now; empty if it does not know it, so that nothing
   * of it can have been mounted since the disk appeared. Read anew each time, because names and
   * numbers of partitions change when a table is read again.
   */
  Optional<SysPartition> partition(Found.Volume volume) throws IOException {
    long start = volume.record().geometry().volume().startBytes();
    return sysBlock
        .read(volume.disk().name())
        .filter(now -> sameDisk(now, volume.disk().device()))
        .flatMap(
            now ->
                now.partitions().stream()
                    .filter(part -> part.number() == Geometry.VOLUME_PARTITION)
                    .filter(part -> part.startBytes() == start)
                    .findFirst());
  }

  private static boolean sameDisk(SysDisk now, SysDisk then) {
    return now.number().equals(then.number()) && now.diskSequence() == then.diskSequence();
  }
}
