package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Stages volumes (CSI spec, NodeStageVolume and NodeUnstageVolume). A Filesystem volume is mounted
 * at the staging path. A Block volume's device node is bound to a file in it that carries the
 * volume's UUID as its name, so that the mount table shows this too. Nothing else is remembered:
 * after a crash at any point the next call reads the table and goes on from there.
 */
public final class Staging {
  private final Claims claims;
  private final Host host;
  private final Volumes volumes;
  private final VolumeMounts mounts;
  private final Formatting formatting;
  private final Mounting mounting;
  private final Unmounting unmounting;

  /** Over the disks of this node. */
  public Staging(Claims claims, Host host) {
    this.claims = claims;
    this.host = host;
    this.volumes = new Volumes(claims, host.sysBlock());
    this.mounts = new VolumeMounts(host.table());
    this.formatting = new Formatting(host);
    this.mounting = new Mounting(host);
    this.unmounting = new Unmounting(host, mounts);
  }

  /** Stages a volume. May take as long as mkfs. Idempotent. */
  public Outcome stage(StageOrder order) {
    try {
      Found found = volumes.find(order.volumeId());
      if (!(found instanceof Found.Volume volume)) {
        return Volumes.refusal(order.volumeId(), found);
      }
      Optional<Path> path = MountPoint.real(order.path());
      if (path.isEmpty() || !MountPoint.look(path.get()).directory()) {
        return Refused.badRequest(
            "staging_target_path " + order.path() + " must be a directory that is there already");
      }
      try (OpenVolume open = claims.open(volume.record().volume().volume())) {
        return stage(order, open, path.get());
      }
    } catch (IOException failure) {
      // Not final for the caller, who calls unstage if the pod goes away meanwhile: whether the
      // volume was staged before could not be told.
      return Refused.notNow("volume " + order.volumeId() + " cannot be staged", failure);
    }
  }

  private Outcome stage(StageOrder order, OpenVolume open, Path path) throws IOException {
    Claim claim = open.record().volume();
    boolean block = claim.accessType() == AccessType.BLOCK;
    Path at = block ? path.resolve(claim.volume().toString()) : path;
    Mount cover = block ? VolumeMounts.top(mounts.read(), path) : null;
    Standing standing =
        cover == null
            ? mounts.standing(open.partition(), at)
            : mounts.standing(open.partition(), path);
    StagePlan plan = StagePlan.decide(order, open.record(), standing);
    if (plan instanceof StagePlan.Refuse refuse) {
      return refuse.refused();
    }
    if (plan instanceof StagePlan.AlreadyStaged) {
      open.keep();
      return new Outcome.Done();
    }
    return block ? bindDevice(open, at) : mountFilesystem(order, open, at);
  }

  private Outcome mountFilesystem(StageOrder order, OpenVolume open, Path at) throws IOException {
    Optional<Refused> unfit = formatting.ensure(open);
    if (unfit.isPresent()) {
      return unfit.get();
    }
    unfit = mounting.mount(open, at, order.wanted().options());
    if (unfit.isPresent()) {
      return unfit.get();
    }
    return confirmed(open, at);
  }

  private Outcome bindDevice(OpenVolume open, Path at) throws IOException {
    MountPoint.Entry entry = MountPoint.look(at);
    if (entry == MountPoint.Entry.MISSING) {
      MountPoint.createFile(at);
    } else if (entry != MountPoint.Entry.EMPTY_FILE) {
      return Refused.unfit(
          at + " is " + entry.words() + ", where only this driver makes an empty file; remove it");
    }
    try {
      open.checkPath();
      host.mounts().bind(open.partition().node(), at, false);
    } catch (IOException failure) {
      return MountPoint.remove(at)
          .map(left -> Refused.halfDone(Refused.words(failure) + "; " + left))
          .orElseGet(
              () ->
                  Refused.notNow(
                      "binding " + open.partition().name() + " failed: " + Refused.words(failure)));
    }
    return confirmed(open, at);
  }

  /** Rule R1: after a mount the mounted device is compared again with the one that is held. */
  private Outcome confirmed(OpenVolume open, Path at) {
    String wrong;
    try {
      if (mounts.standing(open.partition(), at).ownTop() != null) {
        open.keep();
        return new Outcome.Done();
      }
      wrong = "another device than " + open.partition().name() + " came to be mounted at " + at;
    } catch (IOException failure) {
      wrong = "what was mounted at " + at + " cannot be told: " + Refused.words(failure);
    }
    return undone(open.record().volume(), at, wrong);
  }

  private Outcome undone(Claim claim, Path at, String wrong) {
    try {
      host.mounts().unmount(at);
      Optional<String> left =
          Ownership.isStagedFile(at, claim.volume()) ? MountPoint.remove(at) : Optional.empty();
      return left.isEmpty()
          ? Refused.notNow(wrong + "; it was unmounted again")
          : Refused.halfDone(wrong + "; " + left.get());
    } catch (IOException failure) {
      return Refused.halfDone(wrong + "; undoing it failed: " + Refused.words(failure));
    }
  }

  /**
   * Unstages a volume, known or not. Idempotent. The staging directory stays, empty and unmounted.
   */
  public Outcome unstage(String volumeId, Path stagingPath) {
    try {
      Subject subject = volumes.subject(volumeId);
      Optional<Path> path = MountPoint.real(stagingPath);
      Optional<Refused> left = path.isEmpty() ? Optional.empty() : clear(subject, path.get());
      if (left.isPresent()) {
        return left.get();
      }
      letGo(subject);
      return new Outcome.Done();
    } catch (IOException failure) {
      return Refused.notNow("volume " + volumeId + " cannot be unstaged", failure);
    }
  }

  private Optional<Refused> clear(Subject subject, Path path) throws IOException {
    Optional<Refused> left = unmounting.clear(subject, path);
    UUID volume = subject.uuid();
    if (left.isPresent() || volume == null || !MountPoint.look(path).directory()) {
      return left;
    }
    Path file = path.resolve(volume.toString());
    left = unmounting.clear(subject, file);
    return left.isPresent() ? left : MountPoint.remove(file).map(Refused::unfit);
  }

  /** The partition stays held while anything of it is mounted, if only a forgotten target. */
  private void letGo(Subject subject) throws IOException {
    SysPartition partition = subject.partition();
    UUID volume = subject.uuid();
    if (volume != null && (partition == null || mounts.of(partition).isEmpty())) {
      claims.letGo(volume);
    }
  }
}
