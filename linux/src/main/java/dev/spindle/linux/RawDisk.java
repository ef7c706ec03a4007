package dev.spindle.linux;

import java.io.Closeable;
import java.io.IOException;

/**
 * A run of bytes on a block device, read and written past the page cache. Every call moves all the
 * bytes it was asked for or throws: a short read is an error, never a shorter answer.
 *
 * <p>Offsets and lengths are bytes and multiples of {@link #sectorSize()}; implementations refuse
 * others with {@link IllegalArgumentException}. Errors are {@link KernelException}s.
 */
public interface RawDisk extends Closeable {
  /** Bytes of a long range that are in memory at a time: a node has many disks. */
  int PIECE_BYTES = 128 << 10;

  /** Size in bytes. */
  long sizeBytes();

  /** Logical sector size in bytes: 512 or 4096. */
  int sectorSize();

  /** Reads exactly {@code length} bytes. */
  byte[] read(long offset, int length) throws IOException;

  /**
   * Reads a range, and tells where the first byte is that is not zero; the end of the range where
   * there is none.
   */
  default long firstData(long offset, long length) throws IOException {
    long end = offset + length;
    for (long at = offset; at < end; at += PIECE_BYTES) {
      byte[] piece = read(at, (int) Math.min(PIECE_BYTES, end - at));
      int other = Zeroes.firstOther(piece, 0, piece.length);
      if (other < piece.length) {
        return at + other;
      }
    }
    return end;
  }

  /**
   * Writes all of {@code data}; it may sit in a volatile cache of the disk until {@link #flush()}.
   */
  void write(long offset, byte[] data) throws IOException;

  /** Makes a range read back as zeroes, by whatever means the disk has (BLKZEROOUT). */
  void zero(long offset, long length) throws IOException;

  /**
   * Tells the disk that a range is not needed (BLKDISCARD). Advice: what reads back is not
   * promised.
   */
  void discard(long offset, long length) throws IOException;

  /** Returns once everything written before is on stable storage. */
  void flush() throws IOException;

  @Override
  void close() throws IOException;
}
