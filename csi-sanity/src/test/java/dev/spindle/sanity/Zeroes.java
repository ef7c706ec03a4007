package dev.spindle.sanity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Looks whether there is nothing but zeroes. */
final class Zeroes {
  private static final int PIECE_BYTES = 1 << 20;
  private static final ByteBuffer PIECE = ByteBuffer.allocate(PIECE_BYTES).asReadOnlyBuffer();

  private Zeroes() {}

  /** Fails with the first byte that is none. */
  static void assertIn(Path file, long from, long to) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long at = from;
      while (at < to) {
        read.clear().limit((int) Math.min(PIECE_BYTES, to - at));
        int got = channel.read(read, at);
        if (got < 0) {
          throw new AssertionError(file + " ends at " + at);
        }
        read.flip();
        int mismatch = read.mismatch(PIECE.slice(0, got));
        if (mismatch >= 0) {
          throw new AssertionError(file + " is not zero at " + (at + mismatch));
        }
        at += got;
      }
    }
  }
}
