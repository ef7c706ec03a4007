package dev.spindle.node.mount;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.claim.Grown;
import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Growers;
import dev.spindle.linux.Mount;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.util.Optional;

/**
 * Makes volumes as large as their disks have become (CSI spec, NodeExpandVolume), while they are in
 * use: first the partition, then the mounted filesystem. The filesystem is grown each time, also
 * where the partition was large enough, as an attempt before may not have come to it; one that is
 * as large as its partition stays as it is.
 */
public final class Expanding {
  private final Claims claims;
  private final Growers growers;
  private final Volumes volumes;
  private final VolumeMounts mounts;

  /** Over the disks of this node. */
  public Expanding(Claims claims, Host host, Growers growers) {
    this.claims = claims;
    this.growers = growers;
    this.volumes = new Volumes(claims, host.sysBlock());
    this.mounts = new VolumeMounts(host.table());
  }

  /** Expands a volume. Idempotent. */
  public Expanded expand(ExpandOrder order) {
    try {
      Found found = volumes.find(order.volumeId());
      if (!(found instanceof Found.Volume volume)) {
        return Volumes.refusal(order.volumeId(), found);
      }
      Optional<Refused> refused = refusal(order, volume);
      return refused.isPresent() ? refused.get() : expand(order, volume.record().volume());
    } catch (ProgramException failure) {
      return Refused.failed(Refused.words(failure));
    } catch (IOException failure) {
      return Refused.notNow("volume " + order.volumeId() + " cannot be expanded", failure);
    }
  }

  /** Why nothing is tried. */
  private Optional<Refused> refusal(ExpandOrder order, Found.Volume volume) throws IOException {
    DiskRecord record = volume.record();
    Claim claim = record.volume();
    Optional<SysPartition> partition = volumes.partition(volume);
    if (partition.isEmpty() || mounts.place(partition.get(), claim, order.path()).isEmpty()) {
      return Optional.of(Refused.notThere(order.volumeId(), order.path()));
    }
    Optional<Refused> unfit = order.use().flatMap(use -> StagePlan.unsupported(use, claim));
    if (unfit.isPresent() || claim.filesystem() == null) {
      return unfit;
    }
    if (record.state() != State.FORMATTED) {
      // No mount of ours comes before FORMATTED: somebody else made the one that is there.
      return Optional.of(Refused.unfit("volume " + order.volumeId() + " has never been formatted"));
    }
    String missing = growers.missing(filesystem(claim));
    if (!missing.isEmpty()) {
      return Optional.of(
          Refused.unfit("volume " + order.volumeId() + " cannot be grown: " + missing));
    }
    if (mounts.writable(partition.get()).isEmpty()) {
      return Optional.of(
          Refused.unfit(
              "volume "
                  + order.volumeId()
                  + " is mounted for reading only, so its filesystem cannot be grown"));
    }
    return Optional.empty();
  }

  private Expanded expand(ExpandOrder order, Claim claim) throws IOException {
    Grown grown = claims.grow(claim.volume(), order.wanted());
    if (grown instanceof Grown.OutOfRange outOfRange) {
      return Refused.outOfRange("volume " + order.volumeId() + ": " + outOfRange.why());
    }
    if (grown instanceof Grown.Refused refused) {
      return Refused.unfit("volume " + order.volumeId() + " cannot be grown: " + refused.why());
    }
    if (claim.filesystem() != null) {
      growFilesystem(claim);
    }
    return new Expanded.Done(((Grown.Done) grown).capacityBytes());
  }

  /** Rule R1: the partition is held, and the mount is the one of just now. */
  private void growFilesystem(Claim claim) throws IOException {
    try (OpenVolume open = claims.open(claim.volume())) {
      open.checkPath();
      SysPartition partition = open.partition();
      Mount mount =
          mounts
              .writable(partition)
              .orElseThrow(
                  () -> new IOException(partition.name() + " is not mounted for writing any more"));
      growers.grow(filesystem(claim), partition.node(), mount.target());
    }
  }

  private static FilesystemType filesystem(Claim claim) throws IOException {
    return FilesystemType.named(String.valueOf(claim.filesystem()))
        .orElseThrow(() -> new IOException("no filesystem of the name " + claim.filesystem()));
  }
}
