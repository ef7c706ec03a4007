package dev.spindle.disks.ledger;

import static dev.spindle.disks.Geometry.MIB;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads and writes what a disk says of itself. Every caller that writes holds the disk as rule R1
 * says.
 */
public final class Ledger {
  private static final long FIRST_SEQUENCE = 1;

  private Ledger() {}

  /** Reads table and record of a whole disk. Writes nothing. */
  public static Reading read(RawDisk disk) throws IOException {
    return LedgerReader.read(disk);
  }

  /** Finds out what it takes to make a damaged disk whole. Writes nothing. */
  public static Restoration restoration(RawDisk disk) throws IOException {
    return LedgerReader.restoration(disk);
  }

  /**
   * Writes what a restoration says to a whole disk, held exclusively and judged on this very
   * descriptor, and flushes after each step. Cut short anywhere, the disk is damaged as before, or
   * less; its record is never another.
   *
   * @throws IOException if the disk fails, or does not read back whole
   */
  public static void restore(RawDisk disk, Restoration.Possible restoration) throws IOException {
    for (List<Restoration.Piece> step : restoration.steps()) {
      for (Restoration.Piece piece : step) {
        put(disk, piece.area());
      }
      disk.flush();
    }
    if (!(restoration(disk) instanceof Restoration.Whole whole
        && whole.record().equals(restoration.record()))) {
      throw new IOException("the disk does not read back what was written to it");
    }
  }

  /**
   * Joins a whole disk, held exclusively and judged on this very descriptor: record to one slot,
   * flush, the other, flush; backup table, primary entries and protective MBR, flush; primary
   * header, flush. The header is the commit.
   *
   * <p>In SCRUBBING everything else outside the volume is zeroed after the record is in both slots:
   * whatever happens from then on, the disk says that its data are to be erased. In FREE that is
   * zero already, or the disk would not have been judged blank.
   *
   * @param record in FREE, or in SCRUBBING where a person had the disk wiped
   */
  public static void join(RawDisk disk, DiskRecord record) throws IOException {
    PartitionTable table = new PartitionTable(record.diskGuid(), record.geometry());
    if (record.state().holdsVolume()
        || record.geometry().sectorSize() != disk.sectorSize()
        || record.geometry().diskBytes() != disk.sizeBytes()) {
      throw new IllegalArgumentException("not a record to join " + disk + " with: " + record);
    }
    write(disk, MIB, record, FIRST_SEQUENCE);
    if (record.state() == State.SCRUBBING) {
      zeroAround(disk, record);
      disk.flush();
    }
    // A header, once there, vouches for all the rest (UEFI 2.10, 5.3.2): it comes last. The other
    // parts may reach the disk in any order, since without the primary header they mean nothing.
    put(disk, table.backupEntries());
    put(disk, table.backupHeader());
    put(disk, table.primaryEntries());
    put(disk, table.protectiveMbr());
    disk.flush();
    put(disk, table.primaryHeader());
    disk.flush();
  }

  /**
   * Writes a state to both slots, one after the other, each flushed. When this returns the state
   * may be relied on.
   *
   * @param disk the whole disk, or partition 1 alone
   * @param recordOffset where the record starts on {@code disk}, bytes: 1 MiB, or 0 on partition 1
   * @param sequence one more than the sequence of what was read
   */
  public static void write(RawDisk disk, long recordOffset, DiskRecord record, long sequence)
      throws IOException {
    byte[] slot = SlotCodec.encode(sequence, record);
    // The flush between keeps one slot whole at every moment.
    for (int offset : Slots.on(disk, recordOffset).writingOrder()) {
      disk.write(recordOffset + offset, slot);
      disk.flush();
    }
  }

  /**
   * Does what an intent to grow says, from wherever it was cut short: intent to both slots where
   * they differ, each flushed; new backup table, flush; zeroes over the old backup, flush; primary
   * table, flush; the record of after to both slots. A valid backup stands at every moment, and the
   * old one is gone before any table says that its place is the volume's.
   *
   * @param disk the whole disk; of its bytes only tables are written
   * @param record the whole disk held exclusively, or partition 1
   * @param recordOffset where the record starts on {@code record}, bytes
   * @param now what was read under that hold, with a growth
   */
  public static void grow(RawDisk disk, RawDisk record, long recordOffset, Reading.Joined now)
      throws IOException {
    DiskRecord intent = now.record();
    DiskRecord grown = intent.grown();
    long sequence = now.sequence();
    if (!now.slotsAgree()) {
      write(record, recordOffset, intent, ++sequence);
    }
    PartitionTable before = new PartitionTable(intent.diskGuid(), intent.geometry());
    PartitionTable table = new PartitionTable(grown.diskGuid(), grown.geometry());
    put(disk, table.backupEntries());
    put(disk, table.backupHeader());
    disk.flush();
    // Once the new primary table has been begun, a kernel may have read it and let a pod write
    // here.
    byte[] old = before.primary().bytes();
    if (Arrays.equals(disk.read(0, old.length), old)) {
      // The two overlap where the disk has grown by less than a backup takes.
      long end = Math.min(before.backup().end(), table.backupEntries().offset());
      long start = before.backup().offset();
      disk.write(start, new byte[(int) (end - start)]);
      disk.flush();
    }
    put(disk, table.primaryEntries());
    put(disk, table.protectiveMbr());
    put(disk, table.primaryHeader());
    disk.flush();
    write(record, recordOffset, grown, sequence + 1);
  }

  /**
   * Writes the backup table of a disk again, which must be held exclusively and whose own primary
   * table is valid.
   */
  public static void restoreBackup(RawDisk disk, DiskRecord record) throws IOException {
    PartitionTable table = new PartitionTable(record.diskGuid(), record.geometry());
    put(disk, table.backupEntries());
    put(disk, table.backupHeader());
    disk.flush();
  }

  /** Writes scrub progress to one slot, never the one that counts, and flushes. */
  public static void checkpoint(RawDisk disk, long recordOffset, DiskRecord record, long sequence)
      throws IOException {
    if (record.state() != State.SCRUBBING) {
      throw new IllegalArgumentException("a change of state goes to both slots: " + record);
    }
    byte[] slot = SlotCodec.encode(sequence, record);
    disk.write(recordOffset + Slots.on(disk, recordOffset).writingOrder().get(0), slot);
    disk.flush();
  }

  /**
   * Gives a disk back to nobody: erases the primary header, then both tables, then the record, each
   * flushed. Cut short while there is a record and no header, the disk is one whose joining was cut
   * short, unless it has grown since it joined. Afterwards everything outside the volume is zero.
   *
   * @param record with no volume in it
   */
  public static void giveBack(RawDisk disk, DiskRecord record) throws IOException {
    if (record.state().holdsVolume()) {
      throw new IllegalArgumentException("there is a volume on it: " + record);
    }
    // The header goes first and alone: from then on nothing believes the rest. The record goes
    // last,
    // since it explains what is left of the tables.
    int sectorSize = record.geometry().sectorSize();
    disk.write(sectorSize, new byte[sectorSize]);
    disk.flush();
    zeroAround(disk, record);
    disk.flush();
    disk.zero(MIB, MIB);
    disk.flush();
  }

  /** Zeroes what surrounds the volume, except for the slots' own ranges. */
  private static void zeroAround(RawDisk disk, DiskRecord record) throws IOException {
    PartitionTable table = new PartitionTable(record.diskGuid(), record.geometry());
    disk.zero(0, MIB);
    long afterA = MIB + Slots.A_OFFSET + SlotCodec.SLOT_BYTES;
    long afterB = MIB + Slots.B_OFFSET + SlotCodec.SLOT_BYTES;
    disk.zero(afterA, MIB + Slots.B_OFFSET - afterA);
    disk.zero(afterB, record.geometry().volume().startBytes() - afterB);
    long volumeEnd = record.geometry().volume().endBytes();
    disk.zero(volumeEnd, table.backupHeader().end() - volumeEnd);
  }

  private static void put(RawDisk disk, Area area) throws IOException {
    disk.write(area.offset(), area.bytes());
  }
}
