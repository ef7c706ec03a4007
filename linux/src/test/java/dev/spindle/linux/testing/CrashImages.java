package dev.spindle.linux.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a power cut can leave of a series of writes.
 *
 * <p>Everything before a flush that returned is on the disk. Of what came after it each sector
 * holds, independently of all others, what was there at the flush or what any of the writes since
 * put there: that covers every prefix, every subset and every order of the sectors written. At most
 * one sector is torn: a part is of one of these contents and the rest of another; or it cannot be
 * read any more.
 *
 * <p>Sectors that a write leaves as they were (zeroes over zeroes in a record of 16 KiB) have one
 * content and need no exploring: whether they were written or not, the disk is the same. Where the
 * rest has no more combinations than the bound, all are made; else every prefix of the writes, and
 * combinations drawn from a seed. No content is made twice.
 */
public final class CrashImages {
  private final MemoryDisk before;
  private final List<MemoryDisk.Change> journal;
  private final int bound;
  private final long seed;
  private final Set<Long> made = new HashSet<>();

  /**
   * Of a series of writes.
   *
   * @param before the disk they were made on
   * @param journal what was done to it
   * @param bound how many combinations are made at most between two flushes; and as many with a
   *     torn sector
   */
  public CrashImages(MemoryDisk before, List<MemoryDisk.Change> journal, int bound, long seed) {
    this.before = before;
    this.journal = List.copyOf(journal);
    this.bound = bound;
    this.seed = seed;
  }

  /**
   * A disk after a power cut.
   *
   * @param flushes how many flushes had returned
   * @param unreadable whether a sector of it cannot be read
   */
  public record Image(MemoryDisk disk, int flushes, boolean unreadable) {}

  /** Takes an image. */
  @FunctionalInterface
  public interface Taker {
    /** Checks it; the disk is the taker's own. */
    void take(Image image) throws IOException;
  }

  /** The disk before, and with everything up to each flush, and with everything. */
  public List<MemoryDisk> atFlushes() throws IOException {
    List<MemoryDisk> disks = new ArrayList<>(List.of(before.snapshot()));
    MemoryDisk now = before.snapshot();
    for (MemoryDisk.Change change : journal) {
      now.replay(change);
      if (change.operation() == MemoryDisk.Operation.FLUSH) {
        disks.add(now.snapshot());
      }
    }
    disks.add(now);
    return disks;
  }

  /** Makes every image, and answers how many that were. */
  public int each(Taker taker) throws IOException {
    MemoryDisk flushed = before.snapshot();
    Epoch epoch = new Epoch(flushed, 0);
    for (MemoryDisk.Change change : journal) {
      if (change.operation() == MemoryDisk.Operation.FLUSH) {
        epoch.each(taker);
        flushed = epoch.last();
        epoch = new Epoch(flushed, epoch.flushes + 1);
      } else {
        epoch.add(change);
      }
    }
    epoch.each(taker);
    return made.size();
  }

  /** The writes between two flushes. */
  private final class Epoch {
    private final MemoryDisk flushed;
    private final int flushes;
    private final List<MemoryDisk> prefixes = new ArrayList<>();
    private final Map<Long, Sector> sectors = new TreeMap<>();
    private final SplittableRandom random;

    Epoch(MemoryDisk flushed, int flushes) {
      this.flushed = flushed;
      this.flushes = flushes;
      this.random = new SplittableRandom(seed + flushes);
      prefixes.add(flushed);
    }

    MemoryDisk last() {
      return prefixes.get(prefixes.size() - 1);
    }

    void add(MemoryDisk.Change change) throws IOException {
      MemoryDisk next = last().snapshot();
      next.replay(change);
      Set<Long> touched =
          new LinkedHashSet<>(last().sectorsWithData(change.offset(), change.length()));
      touched.addAll(next.sectorsWithData(change.offset(), change.length()));
      for (long offset : touched) {
        byte[] content = next.peek(offset, flushed.sectorSize());
        byte[] old = flushed.peek(offset, flushed.sectorSize());
        if (sectors.containsKey(offset) || !Arrays.equals(content, old)) {
          sectors.computeIfAbsent(offset, at -> new Sector(at, old)).mayBe(content);
        }
      }
      prefixes.add(next);
    }

    void each(Taker taker) throws IOException {
      for (MemoryDisk prefix : prefixes) {
        give(taker, prefix.snapshot());
      }
      List<Sector> all = List.copyOf(sectors.values());
      long combinations = 1;
      for (Sector sector : all) {
        combinations = Math.min(bound + 1L, combinations * sector.contents.size());
      }
      for (int i = 0; i < Math.min(bound, combinations); i++) {
        int[] choice = combinations <= bound ? numbered(all, i) : drawn(all);
        give(taker, disk(all, choice));
      }
      torn(all, taker);
      unreadable(all, taker);
    }

    private void give(Taker taker, MemoryDisk disk) throws IOException {
      if (made.add(disk.fingerprint())) {
        taker.take(new Image(disk, flushes, false));
      }
    }

    private int[] numbered(List<Sector> all, int number) {
      int[] choice = new int[all.size()];
      for (int i = 0, rest = number; i < choice.length; i++) {
        int contents = all.get(i).contents.size();
        choice[i] = rest % contents;
        rest /= contents;
      }
      return choice;
    }

    /** With few sectors written, or few missing, as often as with half of them. */
    private int[] drawn(List<Sector> all) {
      int[] choice = new int[all.size()];
      double share =
          switch (random.nextInt(4)) {
            case 0 -> 1.5 / choice.length;
            case 1 -> 1 - 1.5 / choice.length;
            default -> random.nextDouble();
          };
      for (int i = 0; i < choice.length; i++) {
        int contents = all.get(i).contents.size();
        choice[i] = random.nextDouble() < share ? random.nextInt(1, contents) : 0;
      }
      return choice;
    }

    private MemoryDisk disk(List<Sector> all, int[] choice) throws IOException {
      MemoryDisk disk = flushed.snapshot();
      for (int i = 0; i < choice.length; i++) {
        if (choice[i] > 0) {
          all.get(i).put(disk, all.get(i).contents.get(choice[i]));
        }
      }
      return disk;
    }

    /** Each sector torn in each way; where that is too much, drawn ones. */
    private void torn(List<Sector> all, Taker taker) throws IOException {
      List<Sector> written =
          all.stream().filter(sector -> sector.tears().findAny().isPresent()).toList();
      List<Tear> tears = written.stream().flatMap(Sector::tears).limit(bound / 4 + 1L).toList();
      boolean drawn = 4 * tears.size() > bound;
      for (int i = 0; i < (drawn ? bound : 4 * tears.size()); i++) {
        Tear tear = drawn ? drawnTear(written) : tears.get(i / 4);
        MemoryDisk disk = around(all, tear.sector, drawn ? random.nextInt(4) : i % 4);
        tear.sector.put(disk, tear.content());
        give(taker, disk);
      }
    }

    private Tear drawnTear(List<Sector> written) {
      List<Tear> ways = written.get(random.nextInt(written.size())).tears().toList();
      return ways.get(random.nextInt(ways.size()));
    }

    /** The other sectors: none written, all, those before this one, or any. */
    private MemoryDisk around(List<Sector> all, Sector torn, int how) throws IOException {
      if (how == 3) {
        return disk(all, drawn(all));
      }
      int[] choice = new int[all.size()];
      for (int i = 0; i < choice.length; i++) {
        boolean written = how == 1 || (how == 2 && all.get(i).offset < torn.offset);
        choice[i] = written ? all.get(i).contents.size() - 1 : 0;
      }
      return disk(all, choice);
    }

    private void unreadable(List<Sector> all, Taker taker) throws IOException {
      for (int i = 0; i < Math.min(16, all.size()); i++) {
        Sector sector = all.get(all.size() <= 16 ? i : random.nextInt(all.size()));
        MemoryDisk disk = around(all, sector, i % 4);
        disk.failReading(sector.offset);
        if (made.add(disk.fingerprint() + sector.offset)) {
          taker.take(new Image(disk, flushes, true));
        }
      }
    }
  }

  /** A sector, with what it may hold: first what was flushed, last what was written last. */
  private static final class Sector {
    private final long offset;
    private final List<byte[]> contents = new ArrayList<>();

    Sector(long offset, byte[] flushed) {
      this.offset = offset;
      contents.add(flushed);
    }

    void mayBe(byte[] content) {
      contents.removeIf(known -> known != contents.get(0) && Arrays.equals(known, content));
      if (!Arrays.equals(contents.get(0), content)) {
        contents.add(content);
      }
    }

    void put(MemoryDisk disk, byte[] content) throws IOException {
      disk.write(offset, content);
    }

    /** First and last content, or the last two, torn at every byte in which they differ. */
    Stream<Tear> tears() {
      byte[] newest = contents.get(contents.size() - 1);
      byte[] flushed = contents.get(0);
      byte[] newer = contents.get(Math.max(0, contents.size() - 2));
      Stream<Tear> tears = Stream.concat(tears(newest, flushed), tears(flushed, newest));
      return newer == flushed
          ? tears
          : Stream.concat(tears, Stream.concat(tears(newest, newer), tears(newer, newest)));
    }

    private Stream<Tear> tears(byte[] front, byte[] back) {
      int first = Arrays.mismatch(front, back);
      return IntStream.range(first + 1, front.length)
          .filter(cut -> front[cut] != back[cut])
          .mapToObj(cut -> new Tear(this, front, back, cut));
    }
  }

  /**
   * A sector of whose new content a part was written.
   *
   * @param cut how many bytes are of the one content; those after them are of the other
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tear(Sector sector, byte[] front, byte[] back, int cut) {
    byte[] content() {
      byte[] content = back.clone();
      System.arraycopy(front, 0, content, 0, cut);
      return content;
    }
  }
}
