package dev.spindle.disks.ledger;

import static dev.spindle.disks.Geometry.MIB;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.gpt.TableDecoder;
import dev.spindle.disks.gpt.TableReading;
import dev.spindle.disks.ledger.Reading.Frozen;
import dev.spindle.disks.ledger.Reading.Frozen.Cause;
import dev.spindle.linux.RawDisk;
import dev.spindle.linux.Zeroes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tells what a disk says of itself from its first 2 MiB and the end of its table. Where parts
 * contradict each other the answer is the one under which nobody writes.
 */
final class LedgerReader {
  /** Everything before the volume. */
  private static final int HEAD_BYTES = (int) (2 * MIB);

  /** At either end, and more than a table of ours takes: what most looks need not read past. */
  private static final int TABLE_BYTES = 32 << 10;

  private static final int RECORD = (int) MIB;
  private static final int SLOT_A = RECORD + Slots.A_OFFSET;
  private static final int SLOT_B = RECORD + Slots.B_OFFSET;

  private final RawDisk disk;
  private final int sectorSize;
  private final long diskBytes;
  private final Area start;
  private final Area slotA;
  private final Area slotB;
  private final Slots slots;
  private final TableReading primary;

  /** The end of the table's disk, which may have grown since; the backup is in it. */
  private final Area tail;

  private LedgerReader(RawDisk disk, long diskBytes) throws IOException {
    this.disk = disk;
    this.sectorSize = disk.sectorSize();
    this.diskBytes = diskBytes;
    start = area(0, TABLE_BYTES);
    slotA = area(SLOT_A, SlotCodec.SLOT_BYTES);
    slotB = area(SLOT_B, SlotCodec.SLOT_BYTES);
    slots = new Slots(SlotCodec.decode(slotA.bytes()), SlotCodec.decode(slotB.bytes()));
    primary = primary(sectorSize);
    tail = area(tableEnd(diskBytes) - TABLE_BYTES, TABLE_BYTES);
  }

  private Area area(long offset, int length) throws IOException {
    return new Area(offset, disk.read(offset, length));
  }

  static Reading read(RawDisk disk) throws IOException {
    long whole = disk.sizeBytes() / disk.sectorSize() * disk.sectorSize();
    if (whole < HEAD_BYTES) {
      return new Reading.NotOurs();
    }
    return new LedgerReader(disk, whole).reading();
  }

  /** What it takes to make the disk whole. */
  static Restoration restoration(RawDisk disk) throws IOException {
    long whole = disk.sizeBytes() / disk.sectorSize() * disk.sectorSize();
    if (whole < HEAD_BYTES) {
      return new Restoration.Impossible(
          Restoration.Impossible.Cause.NO_RECORD, "it is too small to hold a record");
    }
    LedgerReader reader = new LedgerReader(disk, whole);
    return reader.growth().isPresent() && reader.reading() instanceof Reading.Joined growing
        // What differs from the record is what the growth has not come to yet, and it will.
        ? new Restoration.Whole(growing.record())
        : Restorer.decide(reader.seen());
  }

  /** The record that counts, if a growth is under way. */
  private Optional<Slot.Valid> growth() {
    return slots.current().filter(current -> current.record().growth() != null);
  }

  /** A table that is not as ours are may have its entries anywhere in the first 2 MiB. */
  private TableReading primary(int sectorSize) throws IOException {
    TableReading near = TableDecoder.primary(start, sectorSize);
    return near instanceof TableReading.Damaged
        ? TableDecoder.primary(area(0, HEAD_BYTES), sectorSize)
        : near;
  }

  /** Likewise, in the last MiB. */
  private TableReading backup() throws IOException {
    TableReading near = TableDecoder.backup(tail, sectorSize);
    return near instanceof TableReading.Damaged
        ? TableDecoder.backup(area(tail.end() - MIB, RECORD), sectorSize)
        : near;
  }

  private Restorer.Seen seen() throws IOException {
    return new Restorer.Seen(
        diskBytes, sectorSize, area(0, HEAD_BYTES), tail, slots, primary, backup());
  }

  /** Where the table's disk ends: before the end of this one, if the disk has grown since. */
  private long tableEnd(long diskBytes) {
    Optional<Geometry> told = slots.current().map(current -> table(current.record()).geometry());
    if (primary instanceof TableReading.Ours ours && growth().isEmpty()) {
      told = Optional.of(ours.table().geometry());
    }
    return told.map(geometry -> geometry.diskBytes() / sectorSize * sectorSize)
        .filter(end -> end >= HEAD_BYTES && end <= diskBytes)
        .orElse(diskBytes);
  }

  private Reading reading() throws IOException {
    if (slots.newer()) {
      return new Reading.Newer(slots.toString());
    }
    if (growth().isPresent()) {
      return growing(growth().get());
    }
    if (primary instanceof TableReading.Ours ours) {
      return withTable(ours.table());
    }
    if (primary instanceof TableReading.Foreign) {
      // Its volume's bytes may well be there still: DeleteVolume must not take it for gone.
      return slots.anyInUse()
          ? new Frozen(Cause.PRIMARY_TABLE_BAD, "a foreign table stands over " + slots)
          : new Reading.NotOurs();
    }
    return withoutTable();
  }

  private Reading withTable(PartitionTable table) throws IOException {
    Optional<Slot.Valid> current = slots.current();
    if (current.isEmpty()) {
      return new Frozen(Cause.NO_VALID_RECORD, slots.toString());
    }
    DiskRecord record = current.get().record();
    if (!record.diskGuid().equals(table.diskGuid())) {
      return new Frozen(
          Cause.NO_VALID_RECORD,
          "the record is that of disk " + record.diskGuid() + ", the table " + table.diskGuid());
    }
    PartitionTable joined = table(record);
    if (!joined.equals(table) || joined.geometry().diskBytes() > diskBytes) {
      return new Frozen(
          Cause.GEOMETRY_CHANGED,
          diskBytes + " bytes; table " + table.geometry() + ", record " + record.geometry());
    }
    Area expected = joined.primary();
    long foreign = firstForeignByte(expected);
    if (foreign < HEAD_BYTES) {
      return new Frozen(Cause.FOREIGN_DATA, "byte " + foreign + " of the disk is not as written");
    }
    Area backup = joined.backup();
    boolean backupIntact = isInTail(backup);
    Image image = image(expected, Optional.of(backup).filter(any -> backupIntact));
    return new Reading.Joined(record, current.get().sequence(), slots.agree(), backupIntact, image);
  }

  /** The table is the old one, the new one, or what a cut between them left: some bytes of each. */
  private Reading growing(Slot.Valid current) throws IOException {
    PartitionTable after = table(current.record());
    if (after.geometry().sectorSize() != sectorSize || after.geometry().diskBytes() > diskBytes) {
      return new Frozen(
          Cause.GEOMETRY_CHANGED,
          diskBytes + " bytes in sectors of " + sectorSize + "; growing to " + after.geometry());
    }
    DiskRecord record = current.record();
    Area table = new PartitionTable(record.diskGuid(), record.geometry()).primary();
    byte[] grown = after.primary().bytes();
    for (int at = 0; at < grown.length; at++) {
      if (start.bytes()[at] == grown[at]) {
        table.bytes()[at] = grown[at];
      }
    }
    long foreign = firstForeignByte(table);
    return foreign < HEAD_BYTES
        ? new Frozen(
            primary instanceof TableReading.Ours ? Cause.FOREIGN_DATA : Cause.PRIMARY_TABLE_BAD,
            "a growth is under way, and byte " + foreign + " of the disk is of neither table")
        : new Reading.Joined(
            record, current.sequence(), slots.agree(), true, image(table, Optional.empty()));
  }

  private Reading withoutTable() throws IOException {
    int otherSize = sectorSize == 512 ? 4096 : 512;
    if (primary(otherSize) instanceof TableReading.Ours) {
      return new Frozen(
          Cause.GEOMETRY_CHANGED,
          "joined with sectors of " + otherSize + " bytes, now " + sectorSize);
    }
    Optional<Reading> interrupted = interruptedJoining();
    if (interrupted.isPresent()) {
      return interrupted.get();
    }
    boolean backup = backup() instanceof TableReading.Ours;
    boolean namesUs = primary instanceof TableReading.Damaged damaged && damaged.namesUs();
    if (backup || namesUs || slots.anyInUse()) {
      return new Frozen(
          Cause.PRIMARY_TABLE_BAD,
          primary + (backup ? "; backup table good; " : "; no backup table; ") + slots);
    }
    return new Reading.NotOurs();
  }

  /**
   * A FREE record for just this disk, no primary header, and of the rest of the record's table any
   * sectors: what joining may have written before it ends with the header. All else in the first
   * MiB is zero.
   */
  private Optional<Reading> interruptedJoining() throws IOException {
    Optional<DiskRecord> begun =
        slots
            .current()
            .map(Slot.Valid::record)
            .filter(record -> record.geometry().sectorSize() == sectorSize)
            .filter(record -> table(record).geometry().diskBytes() == diskBytes);
    if (begun.isEmpty() || slots.anyInUse()) {
      return Optional.empty();
    }
    PartitionTable table = table(begun.get());
    Area head = table.beforeHeader();
    if (disk.firstData(head.end(), RECORD - head.end()) < RECORD
        || !isBegun(head, start)
        || !isBegun(table.backup(), tail)) {
      return Optional.empty();
    }
    return Optional.of(new Reading.RecordOnly(begun.get(), recordOnly(head, table.backup())));
  }

  /** The record's table: while a growth is under way, that of after it. */
  static PartitionTable table(DiskRecord record) {
    Geometry growth = record.growth();
    return new PartitionTable(record.diskGuid(), growth == null ? record.geometry() : growth);
  }

  /** The first byte before the volume that is neither the table's nor a slot's nor zero. */
  private long firstForeignByte(Area table) throws IOException {
    byte[] bytes = start.bytes();
    int length = table.bytes().length;
    int other = Arrays.mismatch(bytes, 0, length, table.bytes(), 0, length);
    if (other >= 0) {
      return other;
    }
    int[][] gaps = {
      {length, SLOT_A},
      {SLOT_A + SlotCodec.SLOT_BYTES, SLOT_B},
      {SLOT_B + SlotCodec.SLOT_BYTES, HEAD_BYTES}
    };
    for (int[] gap : gaps) {
      long found = disk.firstData(gap[0], gap[1] - gap[0]);
      if (found < gap[1]) {
        return found;
      }
    }
    return HEAD_BYTES;
  }

  private boolean isInTail(Area area) {
    return tail.covers(area.offset(), area.bytes().length)
        && Arrays.equals(tail.slice(area.offset(), area.bytes().length), area.bytes());
  }

  /** Whether each sector where an area belongs is as we write it, or zero. */
  private boolean isBegun(Area area, Area around) {
    int length = area.bytes().length;
    if (!around.covers(area.offset(), length)) {
      return false;
    }
    byte[] found = seen(area, around).bytes();
    for (int at = 0; at < length; at += sectorSize) {
      int end = at + sectorSize;
      if (!Arrays.equals(found, at, end, area.bytes(), at, end) && !Zeroes.only(found, at, end)) {
        return false;
      }
    }
    return true;
  }

  private Image image(Area primary, Optional<Area> backup) {
    List<Image.Part> parts = new ArrayList<>(List.of(part(primary), part(slotA), part(slotB)));
    backup.ifPresent(area -> parts.add(part(area)));
    return new Image(parts);
  }

  /** Only valid slots: damaged bytes under no table may be anybody's. */
  private Image recordOnly(Area head, Area backup) {
    List<Image.Part> parts = new ArrayList<>();
    parts.add(part(seen(head, start)));
    if (slots.a() instanceof Slot.Valid) {
      parts.add(part(slotA));
    }
    if (slots.b() instanceof Slot.Valid) {
      parts.add(part(slotB));
    }
    parts.add(part(seen(backup, tail)));
    return new Image(parts);
  }

  /** What is on the disk where an area belongs. */
  private static Area seen(Area area, Area around) {
    return new Area(area.offset(), around.slice(area.offset(), area.bytes().length));
  }

  private static Image.Part part(Area area) {
    return new Image.Part(area.offset(), area.bytes());
  }
}
