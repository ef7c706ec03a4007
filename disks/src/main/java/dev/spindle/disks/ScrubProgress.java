package dev.spindle.disks;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * How far a scrub is, as far as it is known to be on stable storage.
 *
 * @param bytesDone bytes from the start of the volume partition
 * @param startedAt when it started, moved on by as long as it has stood still since (a driver that
 *     was stopped, an error that was waited out): what lies between it and {@code updatedAt} is
 *     time worked
 * @param lastError what stopped the last attempt; empty if nothing did
 */
public record ScrubProgress(
    ScrubMethod method, long bytesDone, Instant startedAt, Instant updatedAt, String lastError) {
  private static final Duration TOO_SHORT_TO_TELL = Duration.ofSeconds(1);

  /** A scrub that starts now. */
  public static ScrubProgress starting(ScrubMethod method) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new ScrubProgress(method, 0, now, now, "");
  }

  /** The same scrub, so far and after so much work. */
  public ScrubProgress reached(long done, Duration worked, String error) {
    Instant now = Instant.now();
    return new ScrubProgress(method, done, now.minus(worked), now, error);
  }

  /** How long it has been worked at. */
  public Duration worked() {
    Duration worked = Duration.between(startedAt, updatedAt);
    return worked.isNegative() ? Duration.ZERO : worked;
  }

  /** How fast it goes, on average over the time worked; empty where it is too early to tell. */
  public OptionalLong bytesPerSecond() {
    if (worked().compareTo(TOO_SHORT_TO_TELL) < 0 || bytesDone == 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Math.max(1, (long) (bytesDone * 1e3 / worked().toMillis())));
  }
}
