package dev.spindle.driver.listing;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words in which listings speak of verdicts and records. Scripts rely on them. */
final class Listed {
  /** Much longer than from one checkpoint to the next. */
  private static final Duration STANDING_STILL = Duration.ofMinutes(1);

  private Listed() {}

  /** eligible, claimed, scrubbing, ineligible, frozen or unreadable. */
  static String verdict(Verdict verdict) {
    if (verdict instanceof Eligible) {
      return "eligible";
    }
    if (verdict instanceof Verdict.Ours ours) {
      return ours.record().state() == State.SCRUBBING ? "scrubbing" : "claimed";
    }
    if (verdict instanceof Verdict.Frozen) {
      return "frozen";
    }
    return verdict instanceof Verdict.Unreadable ? "unreadable" : "ineligible";
  }

  /** The volume on a disk, or the one that is being erased from it; null where there is none. */
  static @Nullable String volumeId(Verdict verdict) {
    return verdict instanceof Verdict.Ours ours ? volumeId(ours.record()) : null;
  }

  /** The same of a record. */
  static @Nullable String volumeId(DiskRecord record) {
    Claim claim = record.claim();
    return claim == null
        ? null
        : new VolumeId(record.owner().topologyValue(), claim.volume()).toString();
  }

  /** A state in lower case. */
  static String state(DiskRecord record) {
    return record.state().name().toLowerCase(Locale.ROOT);
  }

  /**
   * How far a scrub is, as "erased 43%, 180Mi/s, 12m left"; empty where there is none. What stopped
   * one is told as an ailment.
   */
  static String progress(DiskRecord record, Instant now) {
    ScrubProgress scrub = record.scrub();
    if (scrub == null) {
      return "";
    }
    String done = "erased " + record.percentScrubbed() + "%";
    if (!scrub.lastError().isEmpty()) {
      return done + "; stopped";
    }
    Duration silent = Duration.between(scrub.updatedAt(), now);
    if (silent.compareTo(STANDING_STILL) > 0) {
      return done + "; no progress for " + Age.of(silent);
    }
    StringBuilder text = new StringBuilder(done);
    scrub
        .bytesPerSecond()
        .ifPresent(rate -> text.append(", ").append(Quantity.format(rate)).append("/s"));
    record
        .secondsToScrub()
        .ifPresent(
            left -> text.append(", ").append(Age.of(Duration.ofSeconds(left))).append(" left"));
    return text.toString();
  }
}
