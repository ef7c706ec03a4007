package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** What the judge said of a disk, as a few words; and whether the disk's bytes bear it out. */
final class DiskAnswer {
  static final String ELIGIBLE = "eligible";
  static final String NOT_ELIGIBLE = "not eligible";
  static final String UNREADABLE = "unreadable";

  private DiskAnswer() {}

  /** As "FORMATTED pvc-1 6f0d6c1e-63f7-4a0e-9b0a-0d5e0c1f2a3b". */
  static String of(Verdict verdict) {
    if (verdict instanceof Eligible) {
      return ELIGIBLE;
    }
    if (verdict instanceof Verdict.Ours ours) {
      DiskRecord record = ours.record();
      return record.claim() == null
          ? record.state().name()
          : record.state() + " " + record.claim().csiName() + " " + record.claim().volume();
    }
    return verdict instanceof Verdict.Unreadable ? UNREADABLE : NOT_ELIGIBLE;
  }

  static boolean isScrubbing(String answer) {
    return answer.startsWith(State.SCRUBBING.name());
  }

  /** Without what is random. */
  static String withoutUuid(String answer) {
    return answer.replaceAll(" [0-9a-f-]{36}$", "");
  }

  /**
   * Looks at the bytes themselves, without the judge: no data on an eligible disk, none behind the
   * checkpoint of a scrub, and those of a volume as they were.
   *
   * @param before the disk before the operation, which has the volume's data
   */
  static void checkBytes(MemoryDisk disk, Verdict verdict, MemoryDisk before) {
    Extent volume =
        verdict instanceof Verdict.Ours known
            ? known.record().geometry().volume()
            : Geometry.of(disk.sectorSize(), disk.sizeBytes()).volume();
    if (verdict instanceof Eligible eligible) {
      assertThat(disk.sectorsWithData(volume.startBytes(), volume.lengthBytes()))
          .as("data on an eligible disk")
          .isEmpty();
      if (eligible.joined().isEmpty()) {
        assertThat(disk.sectorsWithData(0, Geometry.MIB))
            .as("data without a table")
            .allMatch(at -> isOfBegunTable(disk, at, eligible));
      }
    } else if (verdict instanceof Verdict.Ours ours) {
      ScrubProgress scrub = ours.record().scrub();
      if (scrub != null) {
        assertThat(disk.sectorsWithData(volume.startBytes(), scrub.bytesDone()))
            .as("data behind the checkpoint at " + scrub.bytesDone())
            .isEmpty();
      } else {
        assertThat(
                disk.sameAs(before, volume.startBytes(), volume.lengthBytes())
                    || grew(disk, volume, before))
            .as("the volume's data are as they were")
            .isTrue();
      }
    }
  }

  /** Whether a sector is one of those that joining writes before the header. */
  private static boolean isOfBegunTable(MemoryDisk disk, long at, Eligible eligible) {
    if (!(eligible.disk().content() instanceof Content.Read read)
        || !(read.reading() instanceof Reading.RecordOnly begun)) {
      return false;
    }
    Area table =
        new PartitionTable(
                begun.record().diskGuid(), Geometry.of(disk.sectorSize(), disk.sizeBytes()))
            .primary();
    int sector = disk.sectorSize();
    try {
      return at != sector
          && table.covers(at, sector)
          && Arrays.equals(disk.read(at, sector), table.slice(at, sector));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Whether a volume is as it was but for more room, in which is nothing. */
  private static boolean grew(MemoryDisk disk, Extent volume, MemoryDisk before) {
    try {
      if (!(Ledger.read(before) instanceof Reading.Joined joined)) {
        return false;
      }
      Extent was = joined.record().geometry().volume();
      return was.lengthBytes() < volume.lengthBytes()
          && disk.sameAs(before, was.startBytes(), was.lengthBytes())
          && disk.sectorsWithData(was.endBytes(), volume.endBytes() - was.endBytes()).isEmpty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
