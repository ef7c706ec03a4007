package dev.spindle.disks.ledger;

import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A disk in memory that remembers what was done to it and fails where it is told to. */
final class LoggedDisk implements RawDisk {
  /**
   * One thing done to a disk.
   *
   * @param offset of a write; -1 for a flush
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Action(long offset, byte[] data) {
    boolean isFlush() {
      return offset < 0;
    }
  }

  private final int sectorSize;
  private final byte[] bytes;
  private final List<Action> actions = new ArrayList<>();
  private long badSector = -1;

  LoggedDisk(int sectorSize, byte[] bytes) {
    this.sectorSize = sectorSize;
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  List<Action> actions() {
    return List.copyOf(actions);
  }

  /** The same content in a disk of another size, and no memory of the past. */
  LoggedDisk resized(long sizeBytes) {
    return new LoggedDisk(sectorSize, Arrays.copyOf(bytes, (int) sizeBytes));
  }

  LoggedDisk withSectorsOf(int size) {
    return new LoggedDisk(size, bytes.clone());
  }

  /** Makes every read of the sector at an offset fail. */
  LoggedDisk failingAt(long offset) {
    badSector = offset;
    return this;
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public int sectorSize() {
    return sectorSize;
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    check(offset, length);
    if (badSector >= offset && badSector < offset + length) {
      throw new IOException("bad sector at " + badSector);
    }
    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
  }

  @Override
  public void write(long offset, byte[] data) {
    check(offset, data.length);
    actions.add(new Action(offset, data.clone()));
    System.arraycopy(data, 0, bytes, (int) offset, data.length);
  }

  @Override
  public void zero(long offset, long length) {
    write(offset, new byte[(int) length]);
  }

  @Override
  public void discard(long offset, long length) {
    throw new UnsupportedOperationException("the ledger never discards");
  }

  @Override
  public void flush() {
    actions.add(new Action(-1, new byte[0]));
  }

  @Override
  public void close() {}

  private void check(long offset, long length) {
    if (offset % sectorSize != 0
        || length % sectorSize != 0
        || offset < 0
        || offset + length > bytes.length) {
      throw new IllegalArgumentException(length + " bytes at " + offset);
    }
  }
}
