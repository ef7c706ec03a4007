package dev.spindle.disks.scrub;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One disk that is being erased, for who watches.
 *
 * @param disk its kernel name
 * @param running whether it is being worked at now; if not, it waits for its next attempt
 * @param bytes to erase in all
 * @param bytesDone erased and flushed
 * @param bytesPerSecond on average over the time worked; empty where it is too early to tell
 * @param secondsRemaining at that rate
 * @param lastError what stopped the last attempt; empty if nothing did
 * @param nextAttempt when a scrub that failed is tried again; empty where none has
 */
public record ScrubView(
    String disk,
    boolean running,
    long bytes,
    long bytesDone,
    OptionalLong bytesPerSecond,
    OptionalLong secondsRemaining,
    String lastError,
    Optional<Instant> nextAttempt) {}
