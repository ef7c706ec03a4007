package dev.spindle.disks.health;

import java.util.Locale;

/**
 * What is wrong with a disk or a volume: a word for programs and a sentence for people. The same in
 * listings, metrics and CSI's health calls.
 */
public record Ailment(Kind kind, String message) {
  /** How bad it is, as CSI divides it (csi.proto, VolumeHealthErrorType). */
  public enum Severity {
    /** It works, and may not for long, or not for everything. */
    DEGRADED,
    /** It cannot be used. */
    INACCESSIBLE,
    /** Bytes that were written cannot be had back. */
    DATA_LOSS;

    /** In JSON, as "data-loss". */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * What can be wrong. Scripts rely on {@link #word()}; a kind is never renamed. A new one needs a
   * row in docs/operations.md (When a disk or a volume is ill), a case in {@link Diagnosis}, and,
   * where it is seen by something that nobody looks at yet, a field in Signs that Symptoms fills.
   */
  public enum Kind {
    DISK_GONE("DiskGone", Severity.INACCESSIBLE),
    DISK_SILENT("DiskSilent", Severity.INACCESSIBLE),
    DISK_UNREADABLE("DiskUnreadable", Severity.INACCESSIBLE),
    DISK_OFFLINE("DiskOffline", Severity.INACCESSIBLE),
    DISK_DUPLICATE("DiskDuplicate", Severity.INACCESSIBLE),
    DISK_FROZEN("DiskFrozen", Severity.INACCESSIBLE),
    DISK_READ_ONLY("DiskReadOnly", Severity.DEGRADED),
    DISK_FAILING("DiskFailing", Severity.DEGRADED),
    DISK_TIMEOUTS("DiskTimeouts", Severity.DEGRADED),
    SCRUB_FAILING("ScrubFailing", Severity.DEGRADED),
    FILESYSTEM_SHUT_DOWN("FilesystemShutDown", Severity.INACCESSIBLE),
    FILESYSTEM_READ_ONLY("FilesystemReadOnly", Severity.DEGRADED),
    FILESYSTEM_ERRORS("FilesystemErrors", Severity.DEGRADED),
    DATA_CORRUPT("DataCorrupt", Severity.DATA_LOSS);

    private final String word;
    private final Severity severity;

    Kind(String word, Severity severity) {
      this.word = word;
      this.severity = severity;
    }

    /** In CamelCase, as CSI wants it (csi.proto, VolumeHealthEntry.reason). */
    public String word() {
      return word;
    }

    /** How bad it is. */
    public Severity severity() {
      return severity;
    }
  }

  @Override
  public String toString() {
    return kind.word() + ": " + message;
  }
}
