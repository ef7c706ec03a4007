package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.linux.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the mount table what publishing has to do (CSI spec, NodePublishVolume, with its
 * table of second calls): nothing, the work, or to refuse. Pure.
 */
sealed interface PublishPlan {
  /** The volume is published there as wanted. */
  record AlreadyPublished() implements PublishPlan {}

  /**
   * The volume is staged and may be bound to the target.
   *
   * @param staged the staging mount
   * @param readOnly whether the new mount refuses writes
   */
  record Publish(Mount staged, boolean readOnly) implements PublishPlan {}

  /** It may not be. */
  record Refuse(Refused refused) implements PublishPlan {}

  /**
   * The facts.
   *
   * @param staged the volume's mount at the staging path; null if there is none or another lies on
   *     it
   * @param target how the target and the volume stand
   */
  record Facts(Claim claim, @Nullable Mount staged, Standing target) {}

  /** Decides. */
  static PublishPlan decide(PublishOrder order, Facts facts) {
    Mount staged = facts.staged();
    if (staged == null) {
      return new Refuse(
          Refused.unfit(
              "volume "
                  + order.volumeId()
                  + " is not staged at staging_target_path "
                  + order.staged()
                  + "; call NodeStageVolume first"));
    }
    boolean readOnly =
        order.sharing().readOnly() || order.wanted().options().readOnly() || staged.readOnly();
    Mount published = facts.target().ownTop();
    if (published != null) {
      return published.readOnly() == readOnly
              && order.wanted().options().lackedBy(published).isEmpty()
              && order.wanted().accessType() == facts.claim().accessType()
          ? new AlreadyPublished()
          : new Refuse(
              Refused.conflict(
                  "volume "
                      + order.volumeId()
                      + " is published at "
                      + facts.target().at()
                      + " already, "
                      + words(facts.claim().accessType(), published)));
    }
    return refusal(order, facts, staged)
        .<PublishPlan>map(Refuse::new)
        .orElseGet(() -> new Publish(staged, readOnly));
  }

  private static String words(AccessType type, Mount published) {
    return (type == AccessType.BLOCK ? "as a block device" : "as a filesystem")
        + ", with mount flags "
        + String.join(",", published.options());
  }

  private static Optional<Refused> refusal(PublishOrder order, Facts facts, Mount staged) {
    Mount top = facts.target().top();
    if (top != null) {
      return Optional.of(
          Refused.unfit(
              top.words()
                  + " is mounted at target_path "
                  + facts.target().at()
                  + ", which is not volume "
                  + order.volumeId()
                  + "; unmount that first"));
    }
    Optional<Refused> unsupported =
        StagePlan.unsupported(order.wanted(), facts.claim()).or(() -> notStaged(order, staged));
    if (unsupported.isPresent() || !order.sharing().alone()) {
      return unsupported;
    }
    return otherTarget(facts.target(), staged)
        .map(
            other ->
                Refused.unfit(
                    "volume "
                        + order.volumeId()
                        + " is published at "
                        + other
                        + " already, and its access mode allows one target only"));
  }

  /** Flags other than ro that a bind cannot have, since it takes them from what is staged. */
  private static Optional<Refused> notStaged(PublishOrder order, Mount staged) {
    List<String> lacking = order.wanted().options().lackedBy(staged);
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Refused.unfit(
                "volume "
                    + order.volumeId()
                    + " was staged without mount flags "
                    + String.join(",", lacking)
                    + "; a target has the flags of what is staged, so NodeStageVolume must have"
                    + " been asked for them too"));
  }

  /**
   * A target of the volume beside staging and what kubelet binds for itself: devices, and parts of
   * the filesystem (subPath), which have another root.
   */
  private static Optional<Path> otherTarget(Standing standing, Mount staged) {
    return standing.elsewhere().stream()
        .filter(mount -> mount.root().equals(staged.root()))
        .map(Mount::target)
        .filter(target -> !target.equals(staged.target()) && !VolumeMounts.isKubeletMap(target))
        .findFirst();
  }
}
