package dev.spindle.linux.testing;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk that remembers what was written between flushes, and that can lose power: after a given
 * number of writes every further one, and every flush, is dropped with EIO. Zeroing and discarding
 * count as writes.
 */
public final class TornDisk implements RawDisk {
  /** One write, of bytes or of zeroes. */
  public static final class Write {
    private final long offset;
    private final long length;
    private final byte @Nullable [] data;

    Write(long offset, long length, byte @Nullable [] data) {
      this.offset = offset;
      this.length = length;
      this.data = data;
    }

    /** Where it began, in bytes. */
    public long offset() {
      return offset;
    }

    /** How many bytes it wrote. */
    public long length() {
      return length;
    }

    /** Does the same to another disk. */
    public void replay(RawDisk disk) throws IOException {
      if (data == null) {
        disk.zero(offset, length);
      } else {
        disk.write(offset, data);
      }
    }
  }

  private final RawDisk disk;
  private final List<List<Write>> epochs = new ArrayList<>(List.of(new ArrayList<>()));
  private long writesLeft = Long.MAX_VALUE;

  /** Passes everything on to a disk. */
  public TornDisk(RawDisk disk) {
    this.disk = disk;
  }

  /** From now on, lets so many writes pass and then none. */
  public synchronized void failAfter(long writes) {
    writesLeft = writes;
  }

  /** The writes that passed, in order, a list for each stretch between two flushes. */
  public synchronized List<List<Write>> epochs() {
    return epochs.stream().map(List::copyOf).toList();
  }

  /** How many writes have passed. */
  public synchronized int writes() {
    return epochs.stream().mapToInt(List::size).sum();
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public int sectorSize() {
    return disk.sectorSize();
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    return disk.read(offset, length);
  }

  @Override
  public synchronized void write(long offset, byte[] data) throws IOException {
    pass("write");
    disk.write(offset, data);
    record(new Write(offset, data.length, data.clone()));
  }

  @Override
  public synchronized void zero(long offset, long length) throws IOException {
    pass("zero");
    disk.zero(offset, length);
    record(new Write(offset, length, null));
  }

  @Override
  public synchronized void discard(long offset, long length) throws IOException {
    pass("discard");
    disk.discard(offset, length);
    record(new Write(offset, length, null));
  }

  @Override
  public synchronized void flush() throws IOException {
    if (writesLeft < 0) {
      throw new KernelException("flush", "torn disk", Errno.EIO);
    }
    disk.flush();
    epochs.add(new ArrayList<>());
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }

  /** Takes one of the writes that are left; once one was refused, nothing passes any more. */
  private void pass(String operation) throws KernelException {
    writesLeft--;
    if (writesLeft < 0) {
      writesLeft = -1;
      throw new KernelException(operation, "torn disk", Errno.EIO);
    }
  }

  private void record(Write write) {
    epochs.get(epochs.size() - 1).add(write);
  }
}
