package dev.spindle.disks.gpt;

import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads one copy of a partition table out of bytes of a disk, strictly (UEFI 2.10, 5.3.2). */
public final class TableDecoder {
  private final Area bytes;
  private final int sectorSize;
  private final long headerLba;

  private TableDecoder(Area bytes, int sectorSize, long headerLba) {
    this.bytes = bytes;
    this.sectorSize = sectorSize;
    this.headerLba = headerLba;
  }

  /**
   * The primary table.
   *
   * @param start the disk's first bytes, all that any table of interest may use
   */
  public static TableReading primary(Area start, int sectorSize) {
    return new TableDecoder(start, sectorSize, 1).read();
  }

  /**
   * The backup table.
   *
   * @param end bytes up to the end of the disk, or to where that was
   */
  public static TableReading backup(Area end, int sectorSize) {
    return new TableDecoder(end, sectorSize, end.end() / sectorSize - 1).read();
  }

  private TableReading read() {
    byte[] block = bytes.slice(headerLba * sectorSize, sectorSize);
    if (!TableHeader.claims(block)) {
      return new TableReading.None();
    }
    try {
      TableHeader header = TableHeader.decode(block);
      BadTableException.unless(header.myLba() == headerLba, "place: it says " + header.myLba());
      return table(header, used(header));
    } catch (BadTableException bad) {
      return new TableReading.Damaged(bad.why(), entriesNameUs());
    }
  }

  private TableReading table(TableHeader header, List<TableEntry> used) throws BadTableException {
    if (used.stream().noneMatch(TableDecoder::ours)) {
      return new TableReading.Foreign();
    }
    BadTableException.unless(
        used.size() >= 2
            && used.get(0).type().equals(PartitionTable.RECORD_TYPE)
            && used.get(1).type().equals(PartitionTable.VOLUME_TYPE),
        "partitions: Spindle's are not the first two");
    long lastLba = headerLba == 1 ? header.alternateLba() : headerLba;
    Geometry geometry =
        new Geometry(sectorSize, bytes(lastLba, 1), extent(used.get(0)), extent(used.get(1)));
    return new TableReading.Ours(new PartitionTable(header.diskGuid(), geometry));
  }

  /** The entries in use; one array that the header's CRC covers. */
  private List<TableEntry> used(TableHeader header) throws BadTableException {
    long size = header.entrySize();
    BadTableException.unless(
        size >= TableEntry.SIZE && Long.bitCount(size) == 1, "entry size " + size);
    BadTableException.unless(header.entryCount() > 0, "entry count");
    // Both factors are unsigned 32-bit numbers; a product too large is outside what was read.
    BadTableException.unless(
        header.entryCount() <= bytes.bytes().length / size, "entry count " + header.entryCount());
    long start = bytes(header.entriesLba(), 0);
    long length = header.entryCount() * size;
    BadTableException.unless(bytes.covers(start, length), "place of the entries");
    byte[] entries = bytes.slice(start, length);
    BadTableException.unless(
        TableHeader.crc(entries, entries.length) == header.entriesCrc(), "CRC of the entries");
    return inUse(entries, (int) size);
  }

  private static List<TableEntry> inUse(byte[] entries, int size) {
    List<TableEntry> used = new ArrayList<>();
    for (int at = 0; at < entries.length; at += size) {
      if (TableEntry.inUse(entries, at)) {
        used.add(TableEntry.decode(entries, at));
      }
    }
    return used;
  }

  /** Whether Spindle's types are where Spindle puts its entries, whatever the header says. */
  private boolean entriesNameUs() {
    long start = headerLba == 1 ? 2L * sectorSize : headerLba * sectorSize - Geometry.ENTRIES_BYTES;
    return bytes.covers(start, Geometry.ENTRIES_BYTES)
        && inUse(bytes.slice(start, Geometry.ENTRIES_BYTES), TableEntry.SIZE).stream()
            .anyMatch(TableDecoder::ours);
  }

  private static boolean ours(TableEntry entry) {
    UUID type = entry.type();
    return type.equals(PartitionTable.RECORD_TYPE) || type.equals(PartitionTable.VOLUME_TYPE);
  }

  private Extent extent(TableEntry entry) throws BadTableException {
    long start = bytes(entry.firstLba(), 0);
    long end = bytes(entry.lastLba(), 1);
    BadTableException.unless(start < end, "partition: it ends before it starts");
    return new Extent(start, end - start);
  }

  /** Blocks as bytes; numbers on a disk are 64 bits wide and anything at all. */
  private long bytes(long lba, int more) throws BadTableException {
    BadTableException.unless(
        lba >= 0 && lba < Long.MAX_VALUE / sectorSize - more, "block number " + lba);
    return (lba + more) * sectorSize;
  }
}
