package dev.spindle.disks.inventory;

import java.util.concurrent.TimeUnit;

/**
 * Tells slow work on a disk from a disk that has gone silent: whoever works beats after each answer
 * of the disk.
 */
public final class Pulse {
  /** How long a disk may take for one answer (rule R2). */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private volatile long last = System.nanoTime();

  /** The disk has just answered, or work on it has just begun. */
  public void beat() {
    last = System.nanoTime();
  }

  /** Whether the last answer is too long ago. */
  boolean silent() {
    return System.nanoTime() - last > SILENCE_NANOS;
  }
}
