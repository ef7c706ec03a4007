package dev.spindle.disks.gpt;

import static dev.spindle.disks.Geometry.ENTRIES_BYTES;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;

/**
 * The table of a disk of ours: a GPT with two partitions, the record and the volume. Its bytes are
 * a pure function of the disk GUID and the geometry, so that they can be compared, not just
 * understood.
 *
 * @param geometry its disk size is rounded down to whole sectors: the rest cannot be addressed
 */
public record PartitionTable(UUID diskGuid, Geometry geometry) {
  /** Partition type of the record. Random, chosen once for Spindle. */
  public static final UUID RECORD_TYPE = UUID.fromString("441374ba-adde-4b59-99bb-eaf1d54820c1");

  /** Partition type of the volume. Random, chosen once for Spindle. */
  public static final UUID VOLUME_TYPE = UUID.fromString("eb4a13c1-66dd-4acf-a5f0-8d42dbeafe71");

  private static final String RECORD_NAME = "spindle record";
  private static final String VOLUME_NAME = "spindle volume";

  /**
   * Attribute bit 63, "do not mount automatically". Bits 48 to 63 belong to whoever defines the
   * type (UEFI 2.10, table 5-8); 63 has this meaning in Microsoft's basic data partitions and in
   * the Discoverable Partitions Specification, so that tools that look beyond the type keep away.
   */
  private static final long NO_AUTOMOUNT = 1L << 63;

  /** Partition type of a protective MBR (UEFI 2.10, table 5-4). */
  private static final byte PROTECTIVE = (byte) 0xEE;

  /** Refuses geometries whose parts are not in whole sectors. */
  public PartitionTable {
    int sector = geometry.sectorSize();
    if (sector != 512 && sector != 4096) {
      throw new IllegalArgumentException("sectors of " + sector + " bytes");
    }
    for (Extent extent : List.of(geometry.record(), geometry.volume())) {
      if (extent.startBytes() % sector != 0 || extent.lengthBytes() % sector != 0) {
        throw new IllegalArgumentException("not in whole sectors: " + extent);
      }
    }
    long whole = geometry.diskBytes() / sector * sector;
    geometry = new Geometry(sector, whole, geometry.record(), geometry.volume());
  }

  /** The disk's first block, in which programs that know no GPT see one full partition. */
  public Area protectiveMbr() {
    byte[] block = new byte[sector()];
    ByteBuffer mbr = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    // UEFI 2.10, tables 5-3 and 5-4; the end is not representable in CHS on any disk of today.
    mbr.position(446);
    mbr.put((byte) 0).put(new byte[] {0x00, 0x02, 0x00});
    mbr.put(PROTECTIVE).put(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
    mbr.putInt(1).putInt((int) Math.min(lastLba(), 0xFFFFFFFFL));
    mbr.put(510, (byte) 0x55).put(511, (byte) 0xAA);
    return new Area(0, block);
  }

  /** The header that makes the table one; in the second block. */
  public Area primaryHeader() {
    return header(1, lastLba(), 2);
  }

  /** The entries after the primary header. */
  public Area primaryEntries() {
    return new Area(2L * sector(), entries());
  }

  /** The copy of the entries before the backup header. */
  public Area backupEntries() {
    return new Area(lastLba() * sector() - ENTRIES_BYTES, entries());
  }

  /** The other header; in the last block. */
  public Area backupHeader() {
    return header(lastLba(), 1, lastLba() - ENTRIES_BYTES / sector());
  }

  /** Everything at the start of the disk in one piece: protective MBR, header, entries. */
  public Area primary() {
    return joined(protectiveMbr(), primaryHeader(), primaryEntries());
  }

  /** The same before the header is written: zeroes are in its place. */
  public Area beforeHeader() {
    Area noHeader = new Area(sector(), new byte[sector()]);
    return joined(protectiveMbr(), noHeader, primaryEntries());
  }

  /** Everything at the end of the disk in one piece: entries, header. */
  public Area backup() {
    return joined(backupEntries(), backupHeader());
  }

  private int sector() {
    return geometry.sectorSize();
  }

  private long lastLba() {
    return geometry.diskBytes() / sector() - 1;
  }

  private Area header(long at, long other, long entriesAt) {
    long perCopy = ENTRIES_BYTES / sector();
    TableHeader header =
        new TableHeader(
            at,
            other,
            2 + perCopy,
            lastLba() - perCopy - 1,
            diskGuid,
            entriesAt,
            ENTRIES_BYTES / TableEntry.SIZE,
            TableEntry.SIZE,
            TableHeader.crc(entries(), ENTRIES_BYTES));
    return new Area(at * sector(), header.encode(sector()));
  }

  private byte[] entries() {
    ByteBuffer entries = ByteBuffer.allocate(ENTRIES_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    entry(RECORD_TYPE, geometry.record(), RECORD_NAME).encode(entries);
    entry(VOLUME_TYPE, geometry.volume(), VOLUME_NAME).encode(entries);
    return entries.array();
  }

  private TableEntry entry(UUID type, Extent extent, String name) {
    long first = extent.startBytes() / sector();
    long last = extent.endBytes() / sector() - 1;
    return new TableEntry(type, unique(name), first, last, NO_AUTOMOUNT, name);
  }

  /** Derived by name (RFC 9562, 5.3), so that nothing about a table has to be remembered. */
  private UUID unique(String name) {
    ByteBuffer seed = ByteBuffer.allocate(16 + name.length());
    seed.putLong(diskGuid.getMostSignificantBits()).putLong(diskGuid.getLeastSignificantBits());
    return UUID.nameUUIDFromBytes(seed.put(name.getBytes(US_ASCII)).array());
  }

  private static Area joined(Area... parts) {
    ByteBuffer all = ByteBuffer.allocate((int) (parts[parts.length - 1].end() - parts[0].offset()));
    for (Area part : parts) {
      all.put(part.bytes());
    }
    return new Area(parts[0].offset(), all.array());
  }
}
