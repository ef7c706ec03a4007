package dev.spindle.disks.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * GUIDs as UEFI stores them (UEFI 2.10, appendix A): the first three fields little endian, the last
 * eight bytes in the order in which they are written down.
 */
final class GuidBytes {
  private GuidBytes() {}

  static void put(ByteBuffer littleEndian, UUID guid) {
    long high = guid.getMostSignificantBits();
    littleEndian.putInt((int) (high >>> 32));
    littleEndian.putShort((short) (high >>> 16));
    littleEndian.putShort((short) high);
    littleEndian.order(ByteOrder.BIG_ENDIAN).putLong(guid.getLeastSignificantBits());
    littleEndian.order(ByteOrder.LITTLE_ENDIAN);
  }

  static UUID get(ByteBuffer littleEndian) {
    long high = Integer.toUnsignedLong(littleEndian.getInt()) << 32;
    high |= (long) Short.toUnsignedInt(littleEndian.getShort()) << 16;
    high |= Short.toUnsignedInt(littleEndian.getShort());
    long low = littleEndian.order(ByteOrder.BIG_ENDIAN).getLong();
    littleEndian.order(ByteOrder.LITTLE_ENDIAN);
    return new UUID(high, low);
  }
}
