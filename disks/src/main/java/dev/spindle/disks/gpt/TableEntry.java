package dev.spindle.disks.gpt;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * A partition entry (UEFI 2.10, table 5-6).
 *
 * @param lastLba the last block of the partition, included
 * @param name at most 36 UTF-16 code units
 */
record TableEntry(
    UUID type, UUID unique, long firstLba, long lastLba, long attributes, String name) {
  /** Bytes of an entry in every table that Spindle writes. */
  static final int SIZE = 128;

  /** The type of an entry that is not in use. */
  private static final byte[] UNUSED = new byte[16];

  private static final int NAME_BYTES = 72;

  void encode(ByteBuffer littleEndian) {
    GuidBytes.put(littleEndian, type);
    GuidBytes.put(littleEndian, unique);
    littleEndian.putLong(firstLba).putLong(lastLba).putLong(attributes);
    byte[] text = name.getBytes(UTF_16LE);
    littleEndian.put(text).position(littleEndian.position() + NAME_BYTES - text.length);
  }

  /** Whether the entry at an index describes a partition. */
  static boolean inUse(byte[] entries, int at) {
    return Arrays.mismatch(entries, at, at + UNUSED.length, UNUSED, 0, UNUSED.length) >= 0;
  }

  /** The entry in the first 128 bytes at an index. */
  static TableEntry decode(byte[] entries, int at) {
    ByteBuffer in = ByteBuffer.wrap(entries, at, SIZE).order(ByteOrder.LITTLE_ENDIAN);
    UUID type = GuidBytes.get(in);
    UUID unique = GuidBytes.get(in);
    long first = in.getLong();
    long last = in.getLong();
    long attributes = in.getLong();
    byte[] text = new byte[NAME_BYTES];
    in.get(text);
    String name = new String(text, UTF_16LE);
    int end = name.indexOf('\0');
    return new TableEntry(
        type, unique, first, last, attributes, end < 0 ? name : name.substring(0, end));
  }
}
