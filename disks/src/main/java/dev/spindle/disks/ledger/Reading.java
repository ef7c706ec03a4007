package dev.spindle.disks.ledger;

import dev.spindle.disks.DiskRecord;

/**
 * What {@link Ledger#read} found. That the disk could not be read is an exception, never one of
 * these.
 */
public sealed interface Reading {
  /** No table and no record of ours. It may be blank or full of somebody's data. */
  record NotOurs() implements Reading {}

  /**
   * A valid FREE record, of its table any sectors but the primary header, and nothing else before
   * the volume: an interrupted joining. It licenses no write; whether the rest is blank is for the
   * judge to find out.
   */
  record RecordOnly(DiskRecord record, Image image) implements Reading {}

  /**
   * Our table and a valid record, everything in the first MiB as we wrote it. While a growth is
   * under way each byte of the table may be that of before or of after.
   *
   * @param sequence of the record; the next one written has one more
   * @param slotsAgree whether both slots hold it, but for the progress of a scrub; if not, they are
   *     made equal before anything relies on it
   * @param backupIntact whether the backup table is as we wrote it; not looked at while a growth is
   *     under way, which writes it anew
   * @param image all bytes outside the volume partition that we wrote, as they are now
   */
  record Joined(
      DiskRecord record, long sequence, boolean slotsAgree, boolean backupIntact, Image image)
      implements Reading {
    /** Whether the record may be relied on: both slots hold it, and no growth is under way. */
    public boolean settled() {
      return slotsAgree && record.growth() == null;
    }
  }

  /**
   * Ours by table or record, but damaged or changed: nobody writes to it until a person has looked.
   */
  record Frozen(Cause cause, String detail) implements Reading {
    /** Why. */
    public enum Cause {
      /** The table is ours, and neither slot of the record is valid. */
      NO_VALID_RECORD,
      /**
       * The primary table is bad or gone though the backup, or a record that is not FREE, says the
       * disk is ours.
       */
      PRIMARY_TABLE_BAD,
      /** Something else was written into the first MiB. */
      FOREIGN_DATA,
      /** The sector size, the disk's size or the partitions are not those of the record. */
      GEOMETRY_CHANGED
    }
  }

  /** A slot is in a newer format or an unknown state: there is no falling back past it. */
  record Newer(String detail) implements Reading {}
}
