package dev.spindle.disks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How far a scrub is, as far as it is known to be on stable storage.
 *
 * @param bytesDone bytes from the start of the volume partition
 * @param lastError what stopped the last attempt; empty if nothing did
 */
public record ScrubProgress(
    ScrubMethod method, long bytesDone, Instant startedAt, Instant updatedAt, String lastError) {
  /** A scrub that starts now. */
  public static ScrubProgress starting(ScrubMethod method) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new ScrubProgress(method, 0, now, now, "");
  }
}
