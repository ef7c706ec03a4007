package dev.spindle.disks.eligibility;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The judge: facts and policy in, a verdict with all its reasons out. Pure, and its default is
 * "theirs".
 */
public final class Eligibility {
  private Eligibility() {}

  /** Judges one disk. The ledger is read before the policy: a claim is found on any disk. */
  public static Verdict judge(Disk disk, Policy policy) {
    if (DeviceReasons.lostItsSize(disk.device())) {
      return new Verdict.Unreadable(
          new Reason(
              Code.NO_SIZE,
              "the kernel says that it has no size: it does not answer any more, or its medium is"
                  + " gone; a volume may be on it"));
    }
    List<Reason> reasons = DeviceReasons.of(disk, policy);
    if (!DeviceReasons.believable(disk, policy)) {
      return new Verdict.Ineligible(reasons);
    }
    if (disk.content() instanceof Content.Unreadable unreadable) {
      return new Verdict.Unreadable(unreadable.reason());
    }
    if (!(disk.content() instanceof Content.Read content)) {
      return new Verdict.Unreadable(new Reason(Code.UNREADABLE, "it has not been read"));
    }
    return judge(disk, content, policy, reasons);
  }

  private static Verdict judge(
      Disk disk, Content.Read content, Policy policy, List<Reason> reasons) {
    Reading reading = content.reading();
    if (reading instanceof Reading.Newer newer) {
      return new Verdict.Unreadable(new Reason(Code.NEWER_FORMAT, newer.detail()));
    }
    List<Reason> frozen = FrozenReasons.of(disk, reading);
    Optional<Owner> other =
        record(reading).map(DiskRecord::owner).filter(owner -> !owner.equals(policy.owner()));
    if (other.isPresent()) {
      reasons.add(otherOwner(disk, other.get(), policy.owner()));
      reasons.addAll(frozen);
      return new Verdict.Ineligible(against(disk, content, reasons));
    }
    if (!frozen.isEmpty()) {
      return new Verdict.Frozen(frozen);
    }
    if (reading instanceof Reading.Joined joined && joined.record().state() != State.FREE) {
      return new Verdict.Ours(joined.record());
    }
    return verdict(disk, content, against(disk, content, reasons));
  }

  /** The record of a reading, if one was read whole. */
  public static Optional<DiskRecord> record(Reading reading) {
    if (reading instanceof Reading.Joined joined) {
      return Optional.of(joined.record());
    }
    return reading instanceof Reading.RecordOnly only
        ? Optional.of(only.record())
        : Optional.empty();
  }

  private static Verdict verdict(Disk disk, Content.Read content, List<Reason> reasons) {
    if (!reasons.isEmpty()) {
      return new Verdict.Ineligible(reasons);
    }
    if (!(content.blankness() instanceof Blankness.Blank)) {
      return new Verdict.Ineligible(
          List.of(new Reason(Code.NOT_CHECKED, "nobody has looked yet whether it is blank")));
    }
    return content.reading() instanceof Reading.Joined joined
        ? new Eligible(disk, joined.record().geometry(), Optional.of(joined))
        : new Eligible(
            disk,
            Geometry.of(disk.device().sectorSize(), disk.device().sizeBytes()),
            Optional.empty());
  }

  /** What was gathered, what the content adds to it, and other paths to the disk. */
  private static List<Reason> against(Disk disk, Content.Read content, List<Reason> gathered) {
    List<Reason> reasons = new ArrayList<>(gathered);
    reasons.addAll(ContentReasons.of(disk, content));
    if (!disk.twins().sameHardware().isEmpty()) {
      reasons.add(secondPath(disk));
    }
    return reasons;
  }

  private static Reason otherOwner(Disk disk, Owner owner, Owner self) {
    return new Reason(
        Code.OTHER_OWNER,
        "it belongs to "
            + owner
            + "; this is "
            + self
            + ". A volume on it cannot be used here: move the disk back, or, if all on it may go: spindle"
            + " wipe "
            + disk.device().node());
  }

  private static Reason secondPath(Disk disk) {
    return new Reason(
        Code.SECOND_PATH,
        "it has the same hardware identity as "
            + String.join(", ", disk.twins().sameHardware())
            + ": perhaps two paths to one disk");
  }

  /**
   * What has to end before anybody may hold the whole disk: its mounts and swaps, also where the
   * verdict leaves them out because the volume is ours.
   */
  public static List<Reason> uses(Disk disk) {
    return DeviceReasons.uses(disk);
  }

  /**
   * What libblkid recognised, in words.
   *
   * @param ownGuid the disk GUID of a table that is left out; empty where none is
   */
  public static List<Reason> signatures(Probe probe, String ownGuid) {
    return ContentReasons.signatures(probe, ownGuid);
  }

  /** Whether the disk has not been read, and is of a kind whose content is believed. */
  public static boolean wantsReading(Disk disk, Policy policy) {
    return disk.content() instanceof Content.Unread && DeviceReasons.believable(disk, policy);
  }

  /** Whether nothing speaks against the disk but that nobody has looked yet whether it is blank. */
  public static boolean wantsBlankCheck(Disk disk, Policy policy) {
    return judge(disk, policy).reasons().stream()
        .map(Reason::code)
        .toList()
        .equals(List.of(Code.NOT_CHECKED));
  }
}
