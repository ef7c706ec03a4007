package dev.spindle.linux.testing;

import dev.spindle.linux.Bounds;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory. It keeps only pages that hold something other than zeroes, so a disk of many
 * TiB costs what was written to it; and copies share their pages, so that a hundred thousand of
 * them cost little more. It can keep a journal of what was done to it, and fail where it is told
 * to.
 */
public final class MemoryDisk implements RawDisk {
  private static final int PAGE = 4096;
  private static final byte[] ZEROES = new byte[PAGE];

  /** What a {@link Fault} is asked about. */
  public enum Operation {
    READ,
    WRITE,
    ZERO,
    DISCARD,
    FLUSH
  }

  /** Called before every operation; what it throws is what the operation throws, undone. */
  @FunctionalInterface
  public interface Fault {
    /** Offset and length are 0 for a flush. */
    void before(Operation operation, long offset, long length) throws IOException;
  }

  /**
   * Something that was done to the disk and changes it, or makes changes last.
   *
   * @param operation neither of them a read
   * @param data of a write; null for the others
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Change(Operation operation, long offset, long length, byte @Nullable [] data) {
    @Override
    public String toString() {
      return operation == Operation.FLUSH ? "flush" : operation + " " + offset + "+" + length;
    }
  }

  /** What a discarded range reads back as: the standards promise nothing. */
  public enum Discarded {
    /** Zeroes, as loop devices do. */
    ZEROES,
    /** What was there: the device took the advice and did nothing. */
    KEPT,
    /** Ones in every bit, as flash reads that nothing has been written to. */
    ONES
  }

  private final long sizeBytes;
  private final int sectorSize;

  /** Never changed in place: other disks share them. */
  private final SortedMap<Long, byte[]> pages;

  private final List<Change> journal = new ArrayList<>();
  private boolean journalling;
  private long unreadable = -1;
  private Discarded discarded = Discarded.ZEROES;
  private Fault fault = (operation, offset, length) -> {};
  private boolean closed;

  /** A disk of zeroes. */
  public MemoryDisk(long sizeBytes, int sectorSize) {
    this(sizeBytes, sectorSize, new TreeMap<>());
    if (sizeBytes < 0 || sizeBytes % sectorSize != 0) {
      throw new IllegalArgumentException(sizeBytes + " bytes are not whole sectors");
    }
  }

  private MemoryDisk(long sizeBytes, int sectorSize, SortedMap<Long, byte[]> pages) {
    this.sizeBytes = sizeBytes;
    this.sectorSize = sectorSize;
    this.pages = pages;
  }

  /** Asks this before every operation from now on. */
  public synchronized void onEach(Fault asked) {
    this.fault = asked;
  }

  /** Says what discarded ranges read back as from now on. */
  public synchronized MemoryDisk discarding(Discarded how) {
    discarded = how;
    return this;
  }

  /** A disk of its own with the same content and behaviour, open, and without faults or journal. */
  public synchronized MemoryDisk snapshot() {
    MemoryDisk copy = new MemoryDisk(sizeBytes, sectorSize, new TreeMap<>(pages));
    copy.discarded = discarded;
    copy.unreadable = unreadable;
    return copy;
  }

  /** A disk of its own with the same content and more room behind it. */
  public synchronized MemoryDisk enlarged(long moreBytes) {
    return new MemoryDisk(sizeBytes + moreBytes, sectorSize, new TreeMap<>(pages));
  }

  /** From now on no read of the sector at an offset succeeds until it is written again. */
  public synchronized void failReading(long offset) {
    unreadable = offset;
  }

  /** Where the sector that cannot be read begins; -1 where there is none. */
  public synchronized long unreadable() {
    return unreadable;
  }

  /** Starts a journal, with nothing in it. */
  public synchronized MemoryDisk startJournal() {
    journal.clear();
    journalling = true;
    return this;
  }

  /** What was done since the journal was started, in order; without what failed. */
  public synchronized List<Change> journal() {
    return List.copyOf(journal);
  }

  /** Does to this disk what was done to another one. */
  public synchronized void replay(Change change) throws IOException {
    switch (change.operation()) {
      case WRITE -> put(change.offset(), change.data(), change.length());
      case ZERO -> put(change.offset(), null, change.length());
      case DISCARD -> discardRange(change.offset(), change.length());
      case READ, FLUSH -> {}
    }
  }

  /** Where the sectors in a range begin that hold something other than zeroes, ascending. */
  public synchronized List<Long> sectorsWithData(long offset, long length) {
    List<Long> found = new ArrayList<>();
    for (Map.Entry<Long, byte[]> page : within(offset, length).entrySet()) {
      for (int at = 0; at < PAGE; at += sectorSize) {
        long start = page.getKey() * PAGE + at;
        boolean inside = start >= offset && start < offset + length;
        if (inside && !Arrays.equals(page.getValue(), at, at + sectorSize, ZEROES, 0, sectorSize)) {
          found.add(start);
        }
      }
    }
    return found;
  }

  /** Whether two disks of one size hold the same bytes in a range of whole pages. */
  public synchronized boolean sameAs(MemoryDisk other, long offset, long length) {
    SortedMap<Long, byte[]> here = within(offset, length);
    SortedMap<Long, byte[]> there = other.within(offset, length);
    return here.keySet().equals(there.keySet())
        && here.entrySet().stream()
            .allMatch(page -> Arrays.equals(page.getValue(), there.get(page.getKey())));
  }

  /** Whether two disks of one size hold the same bytes. */
  public boolean sameAs(MemoryDisk other) {
    return sizeBytes == other.sizeBytes && sameAs(other, 0, sizeBytes);
  }

  /** A number that two disks with different content are most unlikely to share; quickly made. */
  public synchronized long fingerprint() {
    CRC32 one = new CRC32();
    CRC32C other = new CRC32C();
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
      byte[] place = number.putLong(0, page.getKey()).array();
      one.update(place);
      other.update(place);
      one.update(page.getValue());
      other.update(page.getValue());
    }
    return one.getValue() << 32 | other.getValue();
  }

  /** Writes the disk into a sparse file. */
  public synchronized void saveTo(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(0);
      out.setLength(sizeBytes);
      for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
        out.seek(page.getKey() * PAGE);
        out.write(page.getValue(), 0, (int) Math.min(PAGE, sizeBytes - page.getKey() * PAGE));
      }
    }
  }

  /** A disk with the content of a file. */
  public static MemoryDisk ofFile(Path file, int sectorSize) throws IOException {
    MemoryDisk disk = new MemoryDisk(Files.size(file), sectorSize);
    try (InputStream in = Files.newInputStream(file)) {
      for (long at = 0; at < disk.sizeBytes(); ) {
        byte[] piece = in.readNBytes(1 << 20);
        disk.put(at, piece, piece.length);
        at += piece.length;
      }
    }
    return disk;
  }

  private SortedMap<Long, byte[]> within(long offset, long length) {
    return pages.subMap(offset / PAGE, -Math.floorDiv(-(offset + length), PAGE));
  }

  /**
   * A digest of size and content, in hexadecimal. It is that of what is not zero and where, and not
   * that of the disk's bytes.
   */
  public synchronized String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
      digest.update(number.putLong(0, sizeBytes).array());
      for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
        digest.update(number.putLong(0, page.getKey()).array());
        digest.update(page.getValue());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether every byte is zero. */
  public synchronized boolean blank() {
    return pages.isEmpty();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public int sectorSize() {
    return sectorSize;
  }

  @Override
  public synchronized byte[] read(long offset, int length) throws IOException {
    begin(Operation.READ, offset, length);
    if (unreadable >= offset && unreadable < offset + length) {
      throw new KernelException("pread", "memory disk", Errno.EIO);
    }
    return peek(offset, length);
  }

  @Override
  public synchronized long firstData(long offset, long length) throws IOException {
    begin(Operation.READ, offset, length);
    if (unreadable >= offset && unreadable < offset + length) {
      throw new KernelException("pread", "memory disk", Errno.EIO);
    }
    long end = offset + length;
    for (Map.Entry<Long, byte[]> page : within(offset, length).entrySet()) {
      long start = page.getKey() * PAGE;
      int from = (int) Math.max(0, offset - start);
      int to = (int) Math.min(PAGE, end - start);
      int other = Arrays.mismatch(page.getValue(), from, to, ZEROES, from, to);
      if (other >= 0) {
        return start + from + other;
      }
    }
    return end;
  }

  /** What is on the disk, whether it can be read or not. */
  synchronized byte[] peek(long offset, int length) {
    byte[] data = new byte[length];
    for (Map.Entry<Long, byte[]> page : within(offset, length).entrySet()) {
      long start = page.getKey() * PAGE;
      long from = Math.max(start, offset);
      int count = (int) (Math.min(start + PAGE, offset + length) - from);
      System.arraycopy(page.getValue(), (int) (from - start), data, (int) (from - offset), count);
    }
    return data;
  }

  @Override
  public synchronized void write(long offset, byte[] data) throws IOException {
    begin(Operation.WRITE, offset, data.length);
    put(offset, data, data.length);
    note(Operation.WRITE, offset, data.length, data.clone());
  }

  @Override
  public synchronized void zero(long offset, long length) throws IOException {
    begin(Operation.ZERO, offset, length);
    put(offset, null, length);
    note(Operation.ZERO, offset, length, null);
  }

  @Override
  public synchronized void discard(long offset, long length) throws IOException {
    begin(Operation.DISCARD, offset, length);
    discardRange(offset, length);
    note(Operation.DISCARD, offset, length, null);
  }

  @Override
  public synchronized void flush() throws IOException {
    begin(Operation.FLUSH, 0, 0);
    note(Operation.FLUSH, 0, 0, null);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private void begin(Operation operation, long offset, long length) throws IOException {
    Bounds.check(this, offset, length);
    if (closed) {
      throw new KernelException(operation.name(), "memory disk", Errno.EBADF);
    }
    fault.before(operation, offset, length);
  }

  private void note(Operation operation, long offset, long length, byte @Nullable [] data) {
    if (journalling) {
      journal.add(new Change(operation, offset, length, data));
    }
  }

  private void discardRange(long offset, long length) {
    if (discarded == Discarded.ZEROES) {
      put(offset, null, length);
    } else if (discarded == Discarded.ONES) {
      byte[] ones = new byte[sectorSize];
      Arrays.fill(ones, (byte) 0xFF);
      for (long at = offset; at < offset + length; at += sectorSize) {
        put(at, ones, sectorSize);
      }
    }
  }

  /** Puts bytes, or zeroes if there are none. Whole pages of zeroes are dropped, not walked. */
  private void put(long offset, byte @Nullable [] data, long length) {
    if (unreadable >= offset && unreadable < offset + length) {
      unreadable = -1;
    }
    if (data == null && length > 2 * PAGE) {
      long first = -Math.floorDiv(-offset, PAGE);
      long last = (offset + length) / PAGE;
      pages.subMap(first, last).clear();
      put(offset, null, first * PAGE - offset);
      put(last * PAGE, null, offset + length - last * PAGE);
      return;
    }
    for (int done = 0; done < length; ) {
      long number = (offset + done) / PAGE;
      int within = (int) ((offset + done) % PAGE);
      int count = (int) Math.min(PAGE - within, length - done);
      byte[] page = pages.getOrDefault(number, ZEROES).clone();
      if (data == null) {
        Arrays.fill(page, within, within + count, (byte) 0);
      } else {
        System.arraycopy(data, done, page, within, count);
      }
      if (Arrays.equals(page, ZEROES)) {
        pages.remove(number);
      } else {
        pages.put(number, page);
      }
      done += count;
    }
  }
}
