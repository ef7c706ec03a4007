package dev.spindle.disks.scrub;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How fast one disk is erased: in pieces so small that a stop is quick and a limit smooth, with a
 * wait after each where there is a limit. Used by one thread.
 */
final class Pace {
  /** The largest piece, bytes: less than a second of work for a disk that is not dying. */
  static final long LARGEST_PIECE_BYTES = 16L << 20;

  private static final long SMALLEST_PIECE_BYTES = 64L << 10;
  private static final long PIECES_PER_SECOND = 8;
  private static final long NAP_MILLIS = 50;

  private final long bytesPerSecond;
  private final BooleanSupplier stop;
  private long dueNanos;

  /**
   * A pace.
   *
   * @param bytesPerSecond 0 is no limit
   * @param stop asked before each piece and while waiting
   */
  Pace(long bytesPerSecond, BooleanSupplier stop) {
    this.bytesPerSecond = bytesPerSecond;
    this.stop = stop;
    this.dueNanos = System.nanoTime();
  }

  /** Whether no other piece is to be begun. */
  boolean stopping() {
    return stop.getAsBoolean() || Thread.currentThread().isInterrupted();
  }

  /** How much is erased at a time, bytes: whole 64 KiB. */
  long pieceBytes() {
    long slice = bytesPerSecond / PIECES_PER_SECOND / SMALLEST_PIECE_BYTES * SMALLEST_PIECE_BYTES;
    return bytesPerSecond == 0
        ? LARGEST_PIECE_BYTES
        : Math.max(SMALLEST_PIECE_BYTES, Math.min(slice, LARGEST_PIECE_BYTES));
  }

  /**
   * Waits as long as a piece must take, less what it took. A disk that was slower than the limit
   * for a while does not make up for it.
   *
   * @param startNanos when the piece was begun
   */
  void after(long bytes, long startNanos) {
    if (bytesPerSecond == 0) {
      return;
    }
    long from = dueNanos - startNanos > 0 ? dueNanos : startNanos;
    dueNanos = from + (long) (bytes * 1e9 / bytesPerSecond);
    while (dueNanos - System.nanoTime() > 0 && !stopping()) {
      nap(dueNanos - System.nanoTime());
    }
  }

  private static void nap(long nanos) {
    try {
      Thread.sleep(Math.min(NAP_MILLIS, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos))));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
