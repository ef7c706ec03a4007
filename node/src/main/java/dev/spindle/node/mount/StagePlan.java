package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Mount;
import dev.spindle.linux.RefusedMountOptions;
import java.util.Optional;

/**
 * Decides from the mount table what staging has to do (CSI spec, NodeStageVolume): nothing, the
 * work, or to refuse. Pure.
 */
sealed interface StagePlan {
  /** The volume is staged there as wanted. */
  record AlreadyStaged() implements StagePlan {}

  /** The volume is mounted nowhere and the path is free. */
  record Stage() implements StagePlan {}

  /** It may not be. */
  record Refuse(Refused refused) implements StagePlan {}

  /** Decides. */
  static StagePlan decide(StageOrder order, DiskRecord record, Standing standing) {
    Claim claim = record.volume();
    Mount staged = standing.ownTop();
    if (staged != null && claim.accessType() == AccessType.FILESYSTEM && !formatted(record)) {
      // No mount of ours comes before FORMATTED: somebody else made this one.
      return new Refuse(
          Refused.unfit(
              staged.source()
                  + " is mounted at "
                  + standing.at()
                  + ", but volume "
                  + order.volumeId()
                  + " has never been formatted; unmount it by hand and look what is on it"));
    }
    if (staged != null) {
      return agrees(order.wanted(), claim, staged)
          ? new AlreadyStaged()
          : new Refuse(
              Refused.conflict(
                  "volume "
                      + order.volumeId()
                      + " is staged at "
                      + standing.at()
                      + " already, with another access type, filesystem or mount flags"));
    }
    return refusal(order, claim, standing).<StagePlan>map(Refuse::new).orElseGet(Stage::new);
  }

  private static boolean formatted(DiskRecord record) {
    return record.state() == State.FORMATTED;
  }

  private static boolean agrees(Wanted wanted, Claim claim, Mount staged) {
    return unsupported(wanted, claim).isEmpty()
        && (wanted.accessType() == AccessType.BLOCK
            || (staged.type().equals(claim.filesystem()) && wanted.options().agreesWith(staged)));
  }

  private static Optional<Refused> refusal(StageOrder order, Claim claim, Standing standing) {
    Mount top = standing.top();
    if (top != null) {
      return Optional.of(
          Refused.unfit(
              top.words()
                  + " is mounted at "
                  + standing.at()
                  + ", which is not volume "
                  + order.volumeId()
                  + ": the staging path is in use by something else; unmount that first"));
    }
    Optional<Refused> unsupported =
        unsupported(order.wanted(), claim).or(() -> refusedOption(order.wanted(), claim));
    if (unsupported.isPresent()) {
      return unsupported;
    }
    return standing.own().stream()
        .findFirst()
        .map(
            other ->
                Refused.unfit(
                    "volume "
                        + order.volumeId()
                        + " is mounted at "
                        + other.target()
                        + " already and cannot be staged at "
                        + standing.at()
                        + " too; unmount it there first"));
  }

  private static Optional<Refused> refusedOption(Wanted wanted, Claim claim) {
    return Optional.ofNullable(claim.filesystem())
        .flatMap(FilesystemType::named)
        .flatMap(type -> RefusedMountOptions.among(wanted.options(), type))
        .map(Refused::badRequest);
  }

  /** Why a volume cannot be what is wanted, for all time. */
  static Optional<Refused> unsupported(Wanted wanted, Claim claim) {
    if (wanted.accessType() != claim.accessType()) {
      return Optional.of(
          Refused.unfit(
              "volume_capability asks for "
                  + words(wanted.accessType())
                  + ", but the volume was created as "
                  + words(claim.accessType())));
    }
    String filesystem = claim.filesystem();
    return filesystem == null
            || wanted.filesystem().isEmpty()
            || wanted.filesystem().equals(filesystem)
        ? Optional.empty()
        : Optional.of(
            Refused.unfit(
                "fs_type asks for "
                    + wanted.filesystem()
                    + ", but the volume was created with "
                    + filesystem));
  }

  private static String words(AccessType type) {
    return type == AccessType.BLOCK ? "a block device" : "a filesystem";
  }
}
