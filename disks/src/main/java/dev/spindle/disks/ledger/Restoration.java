package dev.spindle.disks.ledger;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.gpt.Area;
import java.util.List;

/**
 * What it takes to make a damaged disk of ours whole. A disk's table follows from its record to the
 * byte, so a valid slot of the record is enough to write all the rest again; and nothing but a
 * valid slot is, since only the record says what became of the volume.
 */
public sealed interface Restoration {
  /** Table and record are as they were written, both of each. */
  record Whole(DiskRecord record) implements Restoration {}

  /**
   * These pieces differ from what the record says and can be written again.
   *
   * @param record what the valid slot says
   * @param tableValid whether the primary table is valid and the record's: damaged is only what
   *     surrounds it, or a copy of something
   * @param steps what is to be written, in this order, with a flush after each step; the primary
   *     header is alone in the last one if it is to be written at all
   * @param image the bytes that the table and the record take up, damaged or not, as they are now
   */
  record Possible(DiskRecord record, boolean tableValid, List<List<Piece>> steps, Image image)
      implements Restoration {
    /** Copies the lists. */
    public Possible {
      steps = steps.stream().map(List::copyOf).toList();
    }

    /** All pieces, in the order in which they are written. */
    public List<Piece> pieces() {
      return steps.stream().flatMap(List::stream).toList();
    }

    /** Whether the same bytes would be written for the same record. */
    public boolean sameAs(Possible other) {
      return record.equals(other.record) && steps.equals(other.steps);
    }
  }

  /** Nothing can be written that is known to be right. */
  record Impossible(Cause cause, String why) implements Restoration {
    /** What stands in the way. */
    public enum Cause {
      /** No slot is valid, so the state of the disk is unknown. */
      NO_RECORD,
      /** A slot is newer than this code. */
      NEWER,
      /** The sectors, the size or the partitions are not those of the record. */
      OTHER_GEOMETRY,
      /** A table of somebody else is on the disk. */
      FOREIGN_TABLE
    }
  }

  /**
   * One run of bytes to write.
   *
   * @param what its name, as "primary GPT header"
   * @param area where, and the bytes that should be there
   * @param source where those are known from, as "the backup table"
   * @param erased whether only zeroes are there now, and not somebody's bytes
   */
  record Piece(String what, Area area, String source, boolean erased) {}
}
