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

  /** Small enough to be held for each disk of a node at once. */
  private static final int CHUNK = 128 << 10;

  private static final int SAMPLE = 4096;
  private static final byte[] ZEROES = new byte[CHUNK];

  private final RawDisk disk;
  private final long start;
  private final Image explained;
  private final Pulse pulse;

  private BlankCheck(RawDisk disk, long start, Image explained, Pulse pulse) {
    this.disk = disk;
    this.start = start;
    this.explained = explained;
    this.pulse = pulse;
  }

  /**
   * Looks at a whole disk, from its start to its end, and stops at the first byte that nothing
   * explains.
   */
  public static Blankness look(RawDisk disk, Image explained, Pulse pulse) throws IOException {
    return lookFrom(0, disk, explained, pulse);
  }

  /** The same from a place on, bytes, as if the disk began there. */
  public static Blankness lookFrom(long start, RawDisk disk, Image explained, Pulse pulse)
      throws IOException {
    OptionalLong data = new BlankCheck(disk, start, explained, pulse).firstUnexplained();
    return data.isPresent() ? new Blankness.Data(data.getAsLong()) : new Blankness.Blank();
  }

  /**
   * Looks at the first and last 16 MiB only, where nothing is explained: of a partition before it
   * is formatted.
   */
  public static Blankness lookAtEnds(RawDisk partition) throws IOException {
    OptionalLong data = new BlankCheck(partition, 0, Image.NOTHING, new Pulse()).ends();
    return data.isPresent() ? new Blankness.Data(data.getAsLong()) : new Blankness.Blank();
  }

  private OptionalLong firstUnexplained() throws IOException {
    OptionalLong data = ends();
    return data.isEmpty() ? samples(headEnd(), tailStart()) : data;
  }

  private OptionalLong ends() throws IOException {
    OptionalLong data = range(start, headEnd());
    return data.isEmpty() ? range(tailStart(), disk.sizeBytes()) : data;
  }

  private long headEnd() {
    return Math.min(disk.sizeBytes(), start + ENDS_BYTES);
  }

  private long tailStart() {
    return Math.max(headEnd(), disk.sizeBytes() - ENDS_BYTES) / SAMPLE * SAMPLE;
  }

  private OptionalLong range(long from, long to) throws IOException {
    for (long offset = from; offset < to; offset += CHUNK) {
      OptionalLong data = piece(offset, (int) Math.min(CHUNK, to - offset));
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
    byte[] found = disk.read(offset, length);
    pulse.beat();
    for (Image.Part part : explained.parts()) {
      explain(found, offset, part);
    }
    int mismatch = Arrays.mismatch(found, 0, length, ZEROES, 0, length);
    return mismatch < 0 ? OptionalLong.empty() : OptionalLong.of(offset + mismatch);
  }

  /**
   * Blanks what is as expected, so that whatever is left is unexplained: an expected byte that is
   * absent counts too.
   */
  private static void explain(byte[] found, long offset, Image.Part part) {
    long from = Math.max(offset, part.offset());
    long to = Math.min(offset + found.length, part.offset() + part.bytes().length);
    for (long at = from; at < to; at++) {
      found[(int) (at - offset)] ^= part.bytes()[(int) (at - part.offset())];
    }
  }
}
