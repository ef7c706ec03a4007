package dev.spindle.disks.scrub;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.ScrubProgress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which checkpoints of a long scrub are told in the log: each tenth, at most one in 10 seconds, and
 * one in 10 minutes anyway. Used by one thread.
 */
final class Milestones {
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private long toldNanos = System.nanoTime();
  private long toldTenth = -1;

  /**
   * What to say of a disk at a checkpoint; empty where nothing is due.
   *
   * @param nowNanos as {@link System#nanoTime()} says
   */
  Optional<String> line(DiskRecord record, long nowNanos) {
    ScrubProgress progress = record.scrub();
    long tenth = record.percentScrubbed() / 10;
    if (toldTenth < 0) {
      toldTenth = tenth;
    }
    long silent = nowNanos - toldNanos;
    boolean due = silent >= MOST_NANOS || (silent >= LEAST_NANOS && tenth != toldTenth);
    if (!due || progress == null) {
      return Optional.empty();
    }
    toldNanos = nowNanos;
    toldTenth = tenth;
    StringBuilder line = new StringBuilder("is scrubbed to ");
    line.append(record.percentScrubbed()).append("%: ");
    line.append(Quantity.format(progress.bytesDone())).append(" of ");
    line.append(Quantity.format(record.geometry().volume().lengthBytes()));
    progress
        .bytesPerSecond()
        .ifPresent(rate -> line.append(", ").append(Quantity.format(rate)).append(" a second"));
    record
        .secondsToScrub()
        .ifPresent(left -> line.append(", ").append(words(left)).append(" left"));
    return Optional.of(line.toString());
  }

  private static String words(long seconds) {
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }
}
