package dev.spindle.disks.ledger;

import static dev.spindle.disks.Geometry.MIB;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.gpt.TableReading;
import dev.spindle.disks.ledger.Restoration.Impossible;
import dev.spindle.disks.ledger.Restoration.Piece;
import dev.spindle.linux.Zeroes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares what is on a disk with what its record says should be. Pure. */
final class Restorer {
  private static final String RECORD = "the record";
  private static final int SLOT_A = (int) MIB + Slots.A_OFFSET;
  private static final int SLOT_B = (int) MIB + Slots.B_OFFSET;

  private final Seen seen;
  private final Slot.Valid current;
  private final DiskRecord record;
  private final PartitionTable table;

  /**
   * What was read.
   *
   * @param diskBytes size of the disk in whole sectors
   * @param head everything before the volume
   * @param tail the end of the table's disk, in which the backup table is
   * @param primary and the backup: what those bytes are as tables
   */
  record Seen(
      long diskBytes,
      int sectorSize,
      Area head,
      Area tail,
      Slots slots,
      TableReading primary,
      TableReading backup) {}

  private Restorer(Seen seen, Slot.Valid current) {
    this.seen = seen;
    this.current = current;
    this.record = current.record();
    this.table = LedgerReader.table(record);
  }

  static Restoration decide(Seen seen) {
    if (seen.slots().newer()) {
      return new Impossible(Impossible.Cause.NEWER, seen.slots().toString());
    }
    Optional<Slot.Valid> current = seen.slots().current();
    if (current.isEmpty()) {
      return withoutRecord(seen);
    }
    Restorer restorer = new Restorer(seen, current.get());
    return restorer.contradiction().<Restoration>map(found -> found).orElseGet(restorer::compare);
  }

  private static Restoration withoutRecord(Seen seen) {
    boolean ours =
        seen.primary() instanceof TableReading.Ours || seen.backup() instanceof TableReading.Ours;
    return new Impossible(
        Impossible.Cause.NO_RECORD,
        ours
            ? "neither copy of its record is valid, and only that says what it holds: "
                + seen.slots()
            : "there is no record of ours on it to go by");
  }

  /** What else on the disk contradicts the record. Damage does not: it says nothing. */
  private Optional<Impossible> contradiction() {
    Geometry geometry = record.geometry();
    if (geometry.sectorSize() != seen.sectorSize()) {
      return geometry(
          "it joined with sectors of %d bytes and has %d now: attach it as it was"
              .formatted(geometry.sectorSize(), seen.sectorSize()));
    }
    if (table.geometry().diskBytes() > seen.diskBytes()) {
      return geometry(
          "it had %d bytes and has %d now: its end is missing"
              .formatted(table.geometry().diskBytes(), seen.diskBytes()));
    }
    for (TableReading copy : List.of(seen.primary(), seen.backup())) {
      if (copy instanceof TableReading.Foreign) {
        return Optional.of(
            new Impossible(
                Impossible.Cause.FOREIGN_TABLE,
                "a partition table of somebody else is on it; if that is a mistake, remove it with"
                    + " `wipefs --all` and look again"));
      }
      if (copy instanceof TableReading.Ours ours && !isOf(record, ours.table())) {
        return geometry("a table on it is another than its record says: " + ours.table());
      }
    }
    return Optional.empty();
  }

  /** Whether a table is the record's, or the one that a growth under way replaces. */
  private boolean isOf(DiskRecord record, PartitionTable found) {
    return found.equals(table)
        || found.equals(new PartitionTable(record.diskGuid(), record.geometry()));
  }

  private static Optional<Impossible> geometry(String why) {
    return Optional.of(new Impossible(Impossible.Cause.OTHER_GEOMETRY, why));
  }

  private Restoration compare() {
    List<List<Piece>> steps =
        // The header goes last: without it nobody believes the rest, and it vouches for all.
        List.of(slots(), backup(), surroundings(), header()).stream()
            .filter(step -> !step.isEmpty())
            .toList();
    boolean tableValid = seen.primary() instanceof TableReading.Ours;
    return steps.isEmpty()
        ? new Restoration.Whole(record)
        : new Restoration.Possible(record, tableValid, steps, image());
  }

  /** The slot that does not count takes the bytes of the one that does. */
  private List<Piece> slots() {
    boolean first = seen.slots().a().equals(current);
    byte[] slot = seen.head().slice(first ? SLOT_A : SLOT_B, SlotCodec.SLOT_BYTES);
    List<Piece> pieces = new ArrayList<>();
    add(pieces, "slot A of the record", new Area(SLOT_A, slot), "slot B");
    add(pieces, "slot B of the record", new Area(SLOT_B, slot), "slot A");
    return pieces;
  }

  private List<Piece> backup() {
    String source = isOnDisk(table.primary()) ? "the primary table" : RECORD;
    List<Piece> pieces = new ArrayList<>();
    add(pieces, "backup GPT entries", table.backupEntries(), source);
    add(pieces, "backup GPT header", table.backupHeader(), source);
    return pieces;
  }

  private List<Piece> surroundings() {
    List<Piece> pieces = new ArrayList<>();
    add(pieces, "protective MBR", table.protectiveMbr(), RECORD);
    add(pieces, "primary GPT entries", table.primaryEntries(), primarySource());
    zeroes(pieces, table.primaryEntries().end(), SLOT_A);
    zeroes(pieces, SLOT_A + SlotCodec.SLOT_BYTES, SLOT_B);
    zeroes(pieces, SLOT_B + SlotCodec.SLOT_BYTES, seen.head().end());
    return pieces;
  }

  private List<Piece> header() {
    List<Piece> pieces = new ArrayList<>();
    add(pieces, "primary GPT header", table.primaryHeader(), primarySource());
    return pieces;
  }

  private String primarySource() {
    return isOnDisk(table.backup()) ? "the backup table" : RECORD;
  }

  private void zeroes(List<Piece> pieces, long from, long to) {
    byte[] empty = new byte[(int) (to - from)];
    add(pieces, "bytes that nothing of ours uses", new Area(from, empty), "nothing: zeroes");
  }

  private void add(List<Piece> pieces, String what, Area wanted, String source) {
    if (!isOnDisk(wanted)) {
      byte[] now = now(wanted).bytes();
      pieces.add(new Piece(what, wanted, source, Zeroes.only(now, 0, now.length)));
    }
  }

  private boolean isOnDisk(Area wanted) {
    return now(wanted).equals(wanted);
  }

  /** What is where something should be. */
  private Area now(Area wanted) {
    Area around = wanted.offset() < seen.head().end() ? seen.head() : seen.tail();
    return new Area(wanted.offset(), around.slice(wanted.offset(), wanted.bytes().length));
  }

  private Image image() {
    Area backup = now(table.backup());
    return new Image(
        List.of(
            new Image.Part(0, seen.head().bytes()),
            new Image.Part(backup.offset(), backup.bytes())));
  }
}
