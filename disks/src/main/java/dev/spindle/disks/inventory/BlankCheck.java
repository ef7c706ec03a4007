package dev.spindle.disks.inventory;

import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.ledger.Image;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Looks whether a disk is zero wherever nothing is explained: its first and last 16 MiB, and
 * samples between (rule R3). A blank answer is no proof, it is the absence of evidence; a read that
 * fails is an exception, never an answer.
 */
public final class BlankCheck {
  /** Bytes read whole at either end. */
  public static final long ENDS_BYTES = 16L << 20;

  /** How many places between the ends are looked at. */
  static final int SAMPLES = 1024;

  private static final int SAMPLE = 4096;

  private final RawDisk disk;
  private final long start;
  private final long end;
  private final Image explained;
  private final Pulse pulse;

  private BlankCheck(RawDisk disk, long start, long end, Image explained, Pulse pulse) {
    this.disk = disk;
    this.start = start;
    this.end = end;
    this.explained = explained;
    this.pulse = pulse;
  }

  /**
   * Looks at a whole disk, from its start to its end, and stops at the first byte that nothing
   * explains.
   */
  public static Blankness look(RawDisk disk, Image explained, Pulse pulse) throws IOException {
    return look(disk, disk.sizeBytes(), explained, pulse);
  }

  /**
   * The same up to an end, as if the disk had no more bytes.
   *
   * @param end in bytes, a multiple of the sector size
   */
  public static Blankness look(RawDisk disk, long end, Image explained, Pulse pulse)
      throws IOException {
    return look(new BlankCheck(disk, 0, end, explained, pulse));
  }

  /** The same from a place on, bytes, as if the disk began there. */
  public static Blankness lookFrom(long start, RawDisk disk, Image explained, Pulse pulse)
      throws IOException {
    return look(new BlankCheck(disk, start, disk.sizeBytes(), explained, pulse));
  }

  private static Blankness look(BlankCheck check) throws IOException {
    OptionalLong data = check.firstUnexplained();
    return data.isPresent() ? new Blankness.Data(data.getAsLong()) : new Blankness.Blank();
  }

  /**
   * Looks at the first and last 16 MiB only, where nothing is explained: of a partition before it
   * is formatted.
   */
  public static Blankness lookAtEnds(RawDisk partition) throws IOException {
    OptionalLong data =
        new BlankCheck(partition, 0, partition.sizeBytes(), Image.NOTHING, new Pulse()).ends();
    return data.isPresent() ? new Blankness.Data(data.getAsLong()) : new Blankness.Blank();
  }

  private OptionalLong firstUnexplained() throws IOException {
    OptionalLong data = ends();
    return data.isEmpty() ? samples(headEnd(), tailStart()) : data;
  }

  private OptionalLong ends() throws IOException {
    OptionalLong data = range(start, headEnd());
    return data.isEmpty() ? range(tailStart(), end) : data;
  }

  private long headEnd() {
    return Math.min(end, start + ENDS_BYTES);
  }

  private long tailStart() {
    return Math.max(headEnd(), end - ENDS_BYTES) / SAMPLE * SAMPLE;
  }

  private OptionalLong range(long from, long to) throws IOException {
    for (long offset = from; offset < to; offset += RawDisk.PIECE_BYTES) {
      OptionalLong data = piece(offset, (int) Math.min(RawDisk.PIECE_BYTES, to - offset));
      if (data.isPresent()) {
        return data;
      }
    }
    return OptionalLong.empty();
  }

  /**
   * One sample in each of 1,024 equal stretches, at a place that is random in the stretch, so that
   * a pattern of data cannot fall between a fixed grid; in ascending order, for the sake of
   * rotating disks.
   */
  private OptionalLong samples(long from, long to) throws IOException {
    long places = (to - from) / SAMPLE;
    int count = (int) Math.min(SAMPLES, places);
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < count; i++) {
      long first = places * i / count;
      long next = places * (i + 1) / count;
      OptionalLong data = piece(from + random.nextLong(first, next) * SAMPLE, SAMPLE);
      if (data.isPresent()) {
        return data;
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong piece(long offset, int length) throws IOException {
    long next = offset + length;
    long at = offset;
    for (Image.Part part : explained.parts()) {
      long from = Math.max(at, part.offset());
      long to = Math.min(next, part.offset() + part.bytes().length);
      if (from < to) {
        OptionalLong data = data(at, from);
        data = data.isEmpty() ? difference(part, from, to) : data;
        if (data.isPresent()) {
          return data;
        }
        at = to;
      }
    }
    OptionalLong data = data(at, next);
    pulse.beat();
    return data;
  }

  private OptionalLong data(long from, long to) throws IOException {
    long data = from < to ? disk.firstData(from, to - from) : to;
    return data < to ? OptionalLong.of(data) : OptionalLong.empty();
  }

  /** Where the disk is not as explained: an expected byte that is absent counts too. */
  private OptionalLong difference(Image.Part part, long from, long to) throws IOException {
    byte[] found = disk.read(from, (int) (to - from));
    int start = (int) (from - part.offset());
    int other = Arrays.mismatch(found, 0, found.length, part.bytes(), start, start + found.length);
    return other < 0 ? OptionalLong.empty() : OptionalLong.of(from + other);
  }
}
