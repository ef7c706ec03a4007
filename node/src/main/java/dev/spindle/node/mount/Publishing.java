package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Found;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Publishes staged volumes to pods (CSI spec, NodePublishVolume and NodeUnpublishVolume): binds
 * what is staged to the target. That is also how a Block volume comes from the device that was
 * checked when it was staged, and not from a name in /dev, which may have moved.
 */
public final class Publishing {
  private final Host host;
  private final Volumes volumes;
  private final VolumeMounts mounts;
  private final Unmounting unmounting;

  /** Over the disks of this node. */
  public Publishing(Claims claims, Host host) {
    this.host = host;
    this.volumes = new Volumes(claims, host.sysBlock());
    this.mounts = new VolumeMounts(host.table());
    this.unmounting = new Unmounting(host, mounts);
  }

  /** Publishes a volume. Idempotent. */
  public Outcome publish(PublishOrder order) {
    try {
      Found found = volumes.find(order.volumeId());
      if (!(found instanceof Found.Volume volume)) {
        return Volumes.refusal(order.volumeId(), found);
      }
      Optional<Path> target = MountPoint.real(order.target());
      if (target.isEmpty()) {
        return Refused.badRequest(
            "the parent directory of target_path " + order.target() + " is not there");
      }
      return publish(order, volume, target.get());
    } catch (IOException failure) {
      return Refused.notNow("volume " + order.volumeId() + " cannot be published", failure);
    }
  }

  private Outcome publish(PublishOrder order, Found.Volume volume, Path target) throws IOException {
    Claim claim = volume.record().volume();
    Optional<SysPartition> partition = volumes.partition(volume);
    Mount staged = partition.isPresent() ? staged(order.staged(), claim, partition.get()) : null;
    Optional<Path> staging = MountPoint.real(order.staged());
    if (staged != null && staging.isPresent() && target.startsWith(staging.get())) {
      return Refused.badRequest(
          "target_path " + target + " lies in the staging path " + staging.get());
    }
    Standing standing =
        partition.isPresent()
            ? mounts.standing(partition.get(), target)
            : new Standing(target, null, List.of());
    PublishPlan plan = PublishPlan.decide(order, new PublishPlan.Facts(claim, staged, standing));
    if (plan instanceof PublishPlan.Refuse refuse) {
      return refuse.refused();
    }
    return plan instanceof PublishPlan.Publish publish && partition.isPresent()
        ? new Binding(publish, partition.get(), target, claim.accessType()).make()
        : new Outcome.Done();
  }

  /** The mount that staging made, if nothing else lies on it. */
  private @Nullable Mount staged(Path path, Claim claim, SysPartition partition)
      throws IOException {
    Optional<Path> real = MountPoint.real(path);
    if (real.isEmpty()) {
      return null;
    }
    Path at =
        claim.accessType() == AccessType.BLOCK
            ? real.get().resolve(claim.volume().toString())
            : real.get();
    return mounts.standing(partition, at).ownTop();
  }

  /** One bind that is to be made. */
  private final class Binding {
    private final PublishPlan.Publish plan;
    private final SysPartition partition;
    private final Path target;
    private final boolean block;

    Binding(PublishPlan.Publish plan, SysPartition partition, Path target, AccessType type) {
      this.plan = plan;
      this.partition = partition;
      this.target = target;
      this.block = type == AccessType.BLOCK;
    }

    /** Makes it, or leaves nothing of it. */
    Outcome make() throws IOException {
      MountPoint.Entry wanted =
          block ? MountPoint.Entry.EMPTY_FILE : MountPoint.Entry.EMPTY_DIRECTORY;
      MountPoint.Entry entry = MountPoint.look(target);
      if (entry == MountPoint.Entry.MISSING) {
        create();
      } else if (entry != wanted) {
        return Refused.badRequest(
            "target_path "
                + target
                + " is "
                + entry.words()
                + "; it must be absent, or "
                + wanted.words());
      }
      try {
        // A device node takes writes on a read-only mount too (fs/namei.c, may_open); that a pod
        // may not write is kubelet's to enforce, and the flag tells a second call what was asked.
        host.mounts().bind(plan.staged().target(), target, plan.readOnly());
      } catch (IOException failure) {
        return cleared("binding " + partition.name() + " failed: " + Refused.words(failure));
      }
      return confirmed();
    }

    private void create() throws IOException {
      if (block) {
        MountPoint.createFile(target);
      } else {
        MountPoint.createDirectory(target);
      }
    }

    private Outcome confirmed() {
      String wrong;
      try {
        Mount made = mounts.standing(partition, target).ownTop();
        if (made != null && made.readOnly() == plan.readOnly()) {
          return new Outcome.Done();
        }
        wrong = "something else than the volume came to be mounted at " + target;
      } catch (IOException failure) {
        wrong = "what was mounted at " + target + " cannot be told: " + Refused.words(failure);
      }
      try {
        host.mounts().unmount(target);
      } catch (IOException failure) {
        return Refused.halfDone(wrong + "; undoing it failed: " + Refused.words(failure));
      }
      return cleared(wrong);
    }

    /** The answer after a failure: the entry must go as well. */
    private Outcome cleared(String wrong) {
      try {
        return MountPoint.remove(target)
            .map(left -> Refused.halfDone(wrong + "; " + left))
            .orElseGet(() -> Refused.failed(wrong));
      } catch (IOException failure) {
        return Refused.halfDone(wrong + "; undoing it failed: " + Refused.words(failure));
      }
    }
  }

  /** Unpublishes a volume, known or not, and removes the target's entry. Idempotent. */
  public Outcome unpublish(String volumeId, Path targetPath) {
    try {
      Optional<Path> target = MountPoint.real(targetPath);
      if (target.isEmpty()) {
        return new Outcome.Done();
      }
      Optional<Refused> left = unmounting.clear(volumes.subject(volumeId), target.get());
      if (left.isPresent()) {
        return left.get();
      }
      return MountPoint.remove(target.get())
          .<Outcome>map(why -> Refused.unfit("target_path " + why))
          .orElseGet(Outcome.Done::new);
    } catch (IOException failure) {
      return Refused.notNow("volume " + volumeId + " cannot be unpublished", failure);
    }
  }
}
