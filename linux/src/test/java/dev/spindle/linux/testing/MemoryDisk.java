package dev.spindle.linux.testing;

import dev.spindle.linux.Bounds;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory. It keeps only pages that hold something other than zeroes, so a disk of many
 * TiB costs what was written to it.
 */
public final class MemoryDisk implements RawDisk {
  private static final int PAGE = 4096;

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

  private final long sizeBytes;
  private final int sectorSize;
  private final SortedMap<Long, byte[]> pages;
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

  /** A disk of its own with the same content, open, and without faults. */
  public synchronized MemoryDisk snapshot() {
    SortedMap<Long, byte[]> copy = new TreeMap<>();
    pages.forEach((page, bytes) -> copy.put(page, bytes.clone()));
    return new MemoryDisk(sizeBytes, sectorSize, copy);
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

  /** Opens a closed disk again. */
  public synchronized MemoryDisk reopen() {
    closed = false;
    return this;
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
    byte[] data = new byte[length];
    for (int done = 0; done < length; ) {
      int within = (int) ((offset + done) % PAGE);
      int count = Math.min(PAGE - within, length - done);
      byte[] page = pages.get((offset + done) / PAGE);
      if (page != null) {
        System.arraycopy(page, within, data, done, count);
      }
      done += count;
    }
    return data;
  }

  @Override
  public synchronized void write(long offset, byte[] data) throws IOException {
    begin(Operation.WRITE, offset, data.length);
    put(offset, data, data.length);
  }

  @Override
  public synchronized void zero(long offset, long length) throws IOException {
    begin(Operation.ZERO, offset, length);
    put(offset, null, length);
  }

  /** Zeroes, as loop devices do; a real disk promises nothing. */
  @Override
  public synchronized void discard(long offset, long length) throws IOException {
    begin(Operation.DISCARD, offset, length);
    put(offset, null, length);
  }

  @Override
  public synchronized void flush() throws IOException {
    begin(Operation.FLUSH, 0, 0);
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

  /** Puts bytes, or zeroes if there are none. Whole pages of zeroes are dropped, not walked. */
  private void put(long offset, byte @Nullable [] data, long length) {
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
      byte[] page = pages.computeIfAbsent(number, absent -> new byte[PAGE]);
      if (data == null) {
        Arrays.fill(page, within, within + count, (byte) 0);
      } else {
        System.arraycopy(data, done, page, within, count);
      }
      if (allZero(page)) {
        pages.remove(number);
      }
      done += count;
    }
  }

  private static boolean allZero(byte[] page) {
    for (byte b : page) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
