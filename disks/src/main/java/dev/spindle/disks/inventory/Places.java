package dev.spindle.disks.inventory;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many disks' ledgers are read at a time: each takes more than a MiB of memory meanwhile, and a
 * node may have a hundred disks. A disk that has gone silent keeps its place; so nobody waits for
 * one longer than half of the time after which a disk counts as silent, and goes on without.
 */
final class Places {
  /** How many there are. */
  static final int COUNT = 8;

  private static final long LONGEST_WAIT_NANOS = Pulse.SILENCE_NANOS / 2;

  private final Semaphore free = new Semaphore(COUNT, true);

  /** A place that was taken, or that was done without. */
  interface Place {
    void leave();
  }

  /** Waits for a place. The pulse beats afterwards: waiting is not the disk's silence. */
  Place take(Pulse pulse) throws InterruptedIOException {
    boolean taken = false;
    try {
      taken = free.tryAcquire(LONGEST_WAIT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while waiting to look at a disk");
    }
    pulse.beat();
    return taken ? free::release : () -> {};
  }
}
