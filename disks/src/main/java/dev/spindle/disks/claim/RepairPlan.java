package dev.spindle.disks.claim;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.ledger.Restoration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What repairing a disk would write, and what a person must answer for it to be written. Pure: the
 * facts are gathered by {@link Repair}.
 */
public sealed interface RepairPlan {
  /** The disk, as it was when the plan was made. */
  Examined disk();

  /**
   * Table and record are made whole; the volume is not touched.
   *
   * @param answer a fingerprint of the disk's identity and content
   */
  record Restore(Examined disk, String answer, Restoration.Possible restoration)
      implements RepairPlan {}

  /**
   * A volume that was formatted is formatted once more when it is staged next, and what it held is
   * lost.
   *
   * @param answer the volume's CSI name
   * @param found what is on its partition now, in words
   */
  record FormatAgain(Examined disk, String answer, String found) implements RepairPlan {}

  /** Not with this disk, for these reasons. */
  record Refused(Examined disk, List<Reason> reasons) implements RepairPlan {
    /** Copies the list. */
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * What is known of a disk that may need repair.
   *
   * @param named whether the policy names it
   * @param owner this driver on this node
   * @param restoration what its bytes say
   * @param others the other disks that carry the same disk GUID or volume, by kernel name
   * @param rest whether the rest of a FREE disk is blank; not checked for any other
   * @param fingerprint of the disk as it is
   */
  record Facts(
      Examined disk,
      boolean named,
      Owner owner,
      Restoration restoration,
      List<String> others,
      Blankness rest,
      String fingerprint) {
    /** Copies the list. */
    public Facts {
      others = List.copyOf(others);
    }
  }

  /** What repair is for; whatever else speaks against a disk, it does not overrule. */
  Set<Code> MENDED =
      EnumSet.of(
          Code.SIGNATURE,
          Code.AMBIGUOUS_SIGNATURE,
          Code.DATA,
          Code.TOUCHED,
          Code.PARTITIONS,
          Code.NO_VALID_RECORD,
          Code.PRIMARY_TABLE_BAD,
          Code.FOREIGN_DATA,
          Code.GEOMETRY_CHANGED,
          Code.IN_USE);

  /** Why nobody repairs this disk, whatever is on it; empty if nothing stands in the way. */
  static List<Reason> standing(Examined disk, boolean named) {
    Set<Reason> standing = new LinkedHashSet<>();
    disk.verdict().reasons().stream()
        .filter(reason -> !MENDED.contains(reason.code()))
        .forEach(standing::add);
    standing.addAll(Eligibility.uses(disk.disk()));
    if (standing.isEmpty() && !named && !(disk.verdict() instanceof Verdict.Ours)) {
      standing.add(Wipe.NOT_NAMED);
    }
    return new ArrayList<>(standing);
  }

  /** Decides about table and record. */
  static RepairPlan of(Facts facts) {
    Examined disk = facts.disk();
    List<Reason> standing = standing(disk, facts.named());
    if (!standing.isEmpty()) {
      return new Refused(disk, standing);
    }
    if (disk.verdict() instanceof Eligible || facts.restoration() instanceof Restoration.Whole) {
      return refused(disk, Code.IN_USE, "its table and its record are as they should be");
    }
    if (facts.restoration() instanceof Restoration.Impossible impossible) {
      return refused(disk, code(impossible.cause()), impossible.why() + wipe(disk));
    }
    Restoration.Possible possible = (Restoration.Possible) facts.restoration();
    return objection(facts, possible)
        .<RepairPlan>map(reason -> new Refused(disk, List.of(reason)))
        .orElseGet(() -> new Restore(disk, facts.fingerprint(), possible));
  }

  private static Optional<Reason> objection(Facts facts, Restoration.Possible possible) {
    DiskRecord record = possible.record();
    if (!record.owner().equals(facts.owner())) {
      return reason(
          Code.OTHER_OWNER,
          "it belongs to " + record.owner() + "; this is " + facts.owner() + ". Repair it there");
    }
    if (!facts.others().isEmpty()) {
      return reason(
          Code.DUPLICATE,
          "the same disk GUID or the same volume is on "
              + String.join(", ", facts.others())
              + ": a copy, or two paths to one disk. Take one of them away");
    }
    if (!possible.tableValid()) {
      Optional<Reason> foreign = foreign(facts.disk(), record);
      if (foreign.isPresent()) {
        return foreign;
      }
    }
    return record.state() == State.FREE && !(facts.rest() instanceof Blankness.Blank)
        ? reason(
            Code.TOUCHED,
            "its record says that it is free, but "
                + words(facts.rest())
                + ": someone may own it now"
                + wipe(facts.disk()))
        : Optional.empty();
  }

  /** Without our table, whatever is recognised on the disk may be somebody's who has it now. */
  private static Optional<Reason> foreign(Examined disk, DiskRecord record) {
    if (!(disk.disk().content() instanceof Content.Read read)) {
      return Optional.empty();
    }
    return Eligibility.signatures(read.probe(), record.diskGuid().toString()).stream()
        .findFirst()
        .map(
            found ->
                new Reason(
                    found.code(),
                    found.message()
                        + ", and our table is not: someone may own the disk now. If that is a"
                        + " mistake, remove it with `wipefs --all "
                        + disk.disk().device().node()
                        + "` and look again"));
  }

  private static String words(Blankness rest) {
    return rest instanceof Blankness.Data data
        ? "it has data at byte " + data.offset()
        : "nobody has looked whether it is blank";
  }

  private static String wipe(Examined disk) {
    return ". If all that is on it may go: spindle wipe " + disk.disk().device().node();
  }

  private static Code code(Restoration.Impossible.Cause cause) {
    return switch (cause) {
      case NO_RECORD -> Code.NO_VALID_RECORD;
      case NEWER -> Code.NEWER_FORMAT;
      case OTHER_GEOMETRY -> Code.GEOMETRY_CHANGED;
      case FOREIGN_TABLE -> Code.SIGNATURE;
    };
  }

  /**
   * Decides about formatting a volume once more.
   *
   * @param found what is on its partition, in words
   */
  static RepairPlan formatAgain(Examined examined, String found) {
    Disk disk = examined.disk();
    List<Reason> uses = Eligibility.uses(disk);
    if (!uses.isEmpty()) {
      return new Refused(examined, uses);
    }
    Optional<DiskRecord> record = examined.volume();
    if (record.isEmpty()) {
      List<Reason> why = examined.verdict().reasons();
      return why.isEmpty()
          ? refused(examined, Code.IN_USE, "there is no volume on it")
          : new Refused(examined, why);
    }
    Claim claim = record.get().volume();
    if (claim.accessType() == AccessType.BLOCK) {
      return refused(
          examined, Code.IN_USE, "volume " + claim.csiName() + " is a block device of its pod's");
    }
    if (record.get().growth() != null) {
      return refused(
          examined,
          Code.IN_USE,
          "volume "
              + claim.csiName()
              + " is being grown, which the driver brings to its end first");
    }
    return record.get().state() == State.FORMATTED
        ? new FormatAgain(examined, claim.csiName(), found)
        : refused(
            examined,
            Code.IN_USE,
            "volume " + claim.csiName() + " is formatted when it is staged next, as it is");
  }

  private static Optional<Reason> reason(Code code, String message) {
    return Optional.of(new Reason(code, message));
  }

  private static Refused refused(Examined disk, Code code, String message) {
    return new Refused(disk, List.of(new Reason(code, message)));
  }
}
