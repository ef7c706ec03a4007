package dev.spindle.disks.ledger;

import dev.spindle.disks.DiskRecord;
import dev.spindle.linux.Zeroes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A slot as bytes: 16 KiB, always written whole; a header of 32 bytes, the record, zeroes. Header
 * fields and slot size are frozen: every later version keeps them, or an older driver could not
 * tell a newer slot from a damaged one. docs/on-disk-format.md has the table.
 */
final class SlotCodec {
  /** Size of a slot in bytes. */
  static final int SLOT_BYTES = 16 << 10;

  /** Bytes before the record. */
  static final int HEADER_BYTES = 32;

  /** The format of a record, but for one with a growth under way. */
  static final int VERSION = 1;

  /** The format of a record with a growth under way, which older drivers must leave alone. */
  static final int GROWTH_VERSION = 2;

  /** "SPINDLE" and a zero byte, as a little endian number. */
  private static final long MAGIC = 0x00454C444E495053L;

  static final int VERSION_OFFSET = 8;
  static final int CRC_OFFSET = 12;
  static final int SEQUENCE_OFFSET = 16;
  static final int LENGTH_OFFSET = 24;
  static final int RESERVED_OFFSET = 28;

  private SlotCodec() {}

  /**
   * A whole slot.
   *
   * @throws IllegalArgumentException if the record is too large, or could not be read back
   */
  static byte[] encode(long sequence, DiskRecord record) {
    byte[] payload = RecordCodec.encode(record);
    if (sequence < 1 || payload.length > SLOT_BYTES - HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a record of " + payload.length + " bytes, sequence " + sequence);
    }
    return encode(version(record), sequence, payload);
  }

  private static int version(DiskRecord record) {
    return record.growth() == null ? VERSION : GROWTH_VERSION;
  }

  /** A whole slot of any version and content. */
  static byte[] encode(int version, long sequence, byte[] payload) {
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    slot.putLong(MAGIC).putInt(version).putInt(0).putLong(sequence);
    slot.putInt(payload.length).putInt(0).put(payload);
    slot.putInt(CRC_OFFSET, crc(slot.array(), payload.length));
    return slot.array();
  }

  /** What is in the bytes of one slot. */
  static Slot decode(byte[] bytes) {
    if (Zeroes.only(bytes, 0, SLOT_BYTES)) {
      return new Slot.Empty();
    }
    ByteBuffer slot = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (slot.getLong(0) != MAGIC) {
      return new Slot.Damaged("no signature");
    }
    int length = slot.getInt(LENGTH_OFFSET);
    if (length < 0 || length > SLOT_BYTES - HEADER_BYTES) {
      return new Slot.Damaged("length " + Integer.toUnsignedString(length));
    }
    if (crc(bytes, length) != slot.getInt(CRC_OFFSET)) {
      return new Slot.Damaged("CRC");
    }
    int version = slot.getInt(VERSION_OFFSET);
    if (version != VERSION && version != GROWTH_VERSION) {
      return new Slot.Newer("format version " + Integer.toUnsignedString(version));
    }
    // A torn write over a longer record leaves the old one's end here.
    if (!Zeroes.only(bytes, HEADER_BYTES + length, SLOT_BYTES)) {
      return new Slot.Damaged("bytes after the record");
    }
    return content(slot, length, version);
  }

  /** What is in a slot whose bytes are as they were written. */
  private static Slot content(ByteBuffer slot, int length, int version) {
    long sequence = slot.getLong(SEQUENCE_OFFSET);
    if (sequence < 1 || slot.getInt(RESERVED_OFFSET) != 0) {
      return new Slot.Newer("header fields");
    }
    byte[] payload = new byte[length];
    slot.get(HEADER_BYTES, payload);
    try {
      DiskRecord record = RecordCodec.decode(payload);
      return version(record) == version
          ? new Slot.Valid(sequence, record)
          : new Slot.Newer("format version " + version + " for a record of " + version(record));
    } catch (IllegalArgumentException unknown) {
      return new Slot.Newer(String.valueOf(unknown.getMessage()));
    }
  }

  /** CRC32C over the header, its CRC field taken as zero, and the record. */
  private static int crc(byte[] slot, int length) {
    CRC32C crc = new CRC32C();
    crc.update(slot, 0, CRC_OFFSET);
    crc.update(new byte[Integer.BYTES]);
    crc.update(slot, SEQUENCE_OFFSET, HEADER_BYTES - SEQUENCE_OFFSET + length);
    return (int) crc.getValue();
  }
}
