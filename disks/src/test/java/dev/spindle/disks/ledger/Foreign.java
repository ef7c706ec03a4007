package dev.spindle.disks.ledger;

import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;

/** Valid partition tables of somebody else, on disks of tests. */
final class Foreign {
  private Foreign() {}

  /** Bytes to put on a disk. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Piece(int offset, byte[] bytes) {
    void copyInto(byte[] disk) {
      System.arraycopy(bytes, 0, disk, offset, bytes.length);
    }
  }

  /** Primary and backup: our own table with other partition types. */
  static List<Piece> table(int sectorSize) {
    PartitionTable ours = new PartitionTable(Records.DISK, Records.free(sectorSize).geometry());
    return List.of(
        retyped(ours.primary(), sectorSize, 2 * sectorSize),
        retyped(ours.backup(), ours.backup().bytes().length - sectorSize, 0));
  }

  private static Piece retyped(Area copy, int header, int entries) {
    byte[] bytes = copy.bytes();
    bytes[entries] ^= 1;
    bytes[entries + 128] ^= 1;
    sign(bytes, header, entries);
    return new Piece((int) copy.offset(), bytes);
  }

  /** Makes the CRCs of a changed table fit, as any partition editor does. */
  static void sign(byte[] bytes, int header, int entries) {
    ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(header + 88, crc(bytes, entries, 128 * 128)).putInt(header + 16, 0);
    table.putInt(header + 16, crc(bytes, header, 92));
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
