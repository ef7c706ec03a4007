package dev.spindle.disks.eligibility;

import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the bytes on a disk say against taking it. */
final class ContentReasons {
  /** What libblkid calls the first sector of a GPT whose headers it does not find. */
  private static final String PROTECTIVE_MBR = "PMBR";

  private ContentReasons() {}

  static List<Reason> of(Disk disk, Content.Read content) {
    List<Reason> reasons = new ArrayList<>();
    Reading reading = content.reading();
    String own = Eligibility.record(reading).map(known -> known.diskGuid().toString()).orElse("");
    reasons.addAll(
        signatures(
            content.probe(),
            signature -> ownTable(signature, own) || begunTable(signature, reading)));
    if (reading instanceof Reading.Joined joined && !joined.backupIntact()) {
      reasons.add(
          new Reason(
              Code.DATA,
              "the backup table at its end is not as we wrote it; data may be there. "
                  + FrozenReasons.hint(disk)));
    }
    if (content.blankness() instanceof Blankness.Data data) {
      reasons.add(data(disk, reading, data));
    }
    return reasons;
  }

  /**
   * What libblkid recognised, but our own table: it reports that as any other, and also the backup
   * that an interrupted joining leaves.
   *
   * @param ownGuid the disk GUID of our table; empty where there is none
   */
  static List<Reason> signatures(Probe probe, String ownGuid) {
    return signatures(probe, signature -> ownTable(signature, ownGuid));
  }

  private static List<Reason> signatures(Probe probe, Predicate<Signature> own) {
    List<Reason> reasons = new ArrayList<>();
    if (probe instanceof Probe.Ambiguous) {
      reasons.add(
          new Reason(
              Code.AMBIGUOUS_SIGNATURE, "more than one filesystem or RAID signature is on it"));
    }
    if (probe instanceof Probe.Found found) {
      if (found.signatures().isEmpty()) {
        reasons.add(new Reason(Code.SIGNATURE, "libblkid recognised something without a name"));
      }
      found.signatures().stream()
          .filter(own.negate())
          .forEach(signature -> reasons.add(signature(signature)));
    }
    return reasons;
  }

  private static boolean ownTable(Signature signature, String ownGuid) {
    return signature.kind() == Signature.Kind.PARTITION_TABLE
        && signature.type().equals("gpt")
        && ownGuid.equalsIgnoreCase(signature.uuid());
  }

  /** A protective MBR before the header; the ledger has compared every byte of it. */
  private static boolean begunTable(Signature signature, Reading reading) {
    return reading instanceof Reading.RecordOnly
        && signature.kind() == Signature.Kind.PARTITION_TABLE
        && signature.type().equals(PROTECTIVE_MBR);
  }

  private static Reason signature(Signature signature) {
    String label = signature.label() == null ? "" : " \"" + signature.label() + "\"";
    String uuid = signature.uuid() == null ? "" : " " + signature.uuid();
    return new Reason(
        Code.SIGNATURE,
        signature.kind() == Signature.Kind.PARTITION_TABLE
            ? table(signature.type(), uuid)
            : "found on it: " + signature.type() + label + uuid);
  }

  private static String table(String type, String uuid) {
    return type.equals(PROTECTIVE_MBR)
        ? "the protective MBR of a GPT is on it, but no GPT that can be read: it is damaged, cut"
            + " off, or made for sectors of another size"
        : "a " + type + " partition table" + uuid + " is on it";
  }

  private static Reason data(Disk disk, Reading reading, Blankness.Data data) {
    String where = "it has data at byte " + data.offset();
    return reading instanceof Reading.RecordOnly
        ? new Reason(
            Code.TOUCHED, where + " beside an unfinished joining of ours: someone may own it now")
        : new Reason(
            Code.DATA,
            where
                + "; nothing recognises it, but data without a signature is still data. "
                + "If it may go: spindle wipe "
                + disk.device().node());
  }
}
