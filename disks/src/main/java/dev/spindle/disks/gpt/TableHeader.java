package dev.spindle.disks.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The GPT header (UEFI 2.10, table 5-5). Places are in logical blocks.
 *
 * @param myLba where this header is
 * @param alternateLba where the other one is
 * @param entriesCrc CRC32 of all entries, as an unsigned 32-bit number
 */
record TableHeader(
    long myLba,
    long alternateLba,
    long firstUsable,
    long lastUsable,
    UUID diskGuid,
    long entriesLba,
    long entryCount,
    long entrySize,
    long entriesCrc) {
  /** "EFI PART" as a little endian number. */
  static final long SIGNATURE = 0x5452415020494645L;

  /** The only revision there has been, 1.0. */
  private static final int REVISION = 0x00010000;

  /** Bytes of the header that the revision defines; the rest of its block is zero. */
  private static final int SIZE = 92;

  private static final int CRC_OFFSET = 16;

  /** CRC32 as UEFI 2.10, 5.3.2 uses it: that of Ethernet and zlib. */
  static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  /** The header in a block of its own. */
  byte[] encode(int sectorSize) {
    ByteBuffer block = ByteBuffer.allocate(sectorSize).order(ByteOrder.LITTLE_ENDIAN);
    block.putLong(SIGNATURE).putInt(REVISION).putInt(SIZE).putInt(0).putInt(0);
    block.putLong(myLba).putLong(alternateLba).putLong(firstUsable).putLong(lastUsable);
    GuidBytes.put(block, diskGuid);
    block.putLong(entriesLba).putInt((int) entryCount).putInt((int) entrySize);
    block.putInt((int) entriesCrc);
    block.putInt(CRC_OFFSET, (int) crc(block.array(), SIZE));
    return block.array();
  }

  /** Whether a block claims to be a header. */
  static boolean claims(byte[] block) {
    return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).getLong() == SIGNATURE;
  }

  /** The header in a block that {@link #claims} to be one. */
  static TableHeader decode(byte[] block) throws BadTableException {
    ByteBuffer in = ByteBuffer.wrap(block.clone()).order(ByteOrder.LITTLE_ENDIAN);
    in.position(Long.BYTES);
    int revision = in.getInt();
    long size = Integer.toUnsignedLong(in.getInt());
    long stored = Integer.toUnsignedLong(in.getInt());
    int reserved = in.getInt();
    // A table of somebody else may have a longer header; it is still a table.
    BadTableException.unless(size >= SIZE && size <= block.length, "header size " + size);
    in.putInt(CRC_OFFSET, 0);
    BadTableException.unless(crc(in.array(), (int) size) == stored, "header CRC");
    BadTableException.unless(revision == REVISION, "revision " + Integer.toHexString(revision));
    BadTableException.unless(reserved == 0, "reserved field of the header");
    return new TableHeader(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        GuidBytes.get(in),
        in.getLong(),
        Integer.toUnsignedLong(in.getInt()),
        Integer.toUnsignedLong(in.getInt()),
        Integer.toUnsignedLong(in.getInt()));
  }
}
