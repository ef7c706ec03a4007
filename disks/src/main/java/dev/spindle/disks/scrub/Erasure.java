package dev.spindle.disks.scrub;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.inventory.BlankCheck;
import dev.spindle.disks.inventory.Pulse;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Erases the volume of one disk, from where its record says it is. What a checkpoint says is done
 * has been flushed before the checkpoint is written, so that a power cut never leaves a hole behind
 * it.
 */
public final class Erasure {
  /** Bytes erased at a time; the longest that a stop has to wait for. */
  static final long CHUNK_BYTES = 64L << 20;

  private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int VERIFY_BYTES = 1 << 20;

  private final RawDisk disk;
  private final BooleanSupplier stopping;
  private DiskRecord record;
  private long sequence;

  /**
   * Takes up a scrub.
   *
   * @param disk the whole disk, held exclusively
   * @param reading what it says of itself, in SCRUBBING
   */
  public Erasure(RawDisk disk, Reading.Joined reading, BooleanSupplier stopping) {
    this.disk = disk;
    this.record = reading.record();
    this.sequence = reading.sequence();
    this.stopping = stopping;
  }

  /**
   * Erases, verifies, and records FREE in both slots.
   *
   * @return whether it came to the end; false if it was stopped, at a checkpoint
   * @throws IOException if the disk failed or did not become zero; the record keeps saying
   *     SCRUBBING, with the reason
   */
  public boolean run() throws IOException {
    try {
      // Both slots whole again before the first checkpoint overwrites one of them.
      Ledger.write(disk, Geometry.MIB, record, ++sequence);
      if (!erase()) {
        return false;
      }
      verify();
    } catch (IOException failed) {
      recordFailure(failed);
      throw failed;
    }
    Ledger.write(disk, Geometry.MIB, record.free(), ++sequence);
    return true;
  }

  private boolean erase() throws IOException {
    Extent volume = record.geometry().volume();
    long done = progress().bytesDone();
    long last = System.nanoTime();
    while (done < volume.lengthBytes()) {
      long length = Math.min(CHUNK_BYTES, volume.lengthBytes() - done);
      erase(volume.startBytes() + done, length);
      done += length;
      boolean stop = stopping.getAsBoolean();
      if (stop || System.nanoTime() - last > CHECKPOINT_NANOS) {
        disk.flush();
        checkpoint(done, "");
        last = System.nanoTime();
      }
      if (stop) {
        return false;
      }
    }
    disk.flush();
    return true;
  }

  private void erase(long offset, long length) throws IOException {
    if (progress().method() == ScrubMethod.ZERO) {
      disk.zero(offset, length);
    } else {
      discard(offset, length);
    }
  }

  /** A discard is advice: every byte is read back, and zeroed where it was not taken. */
  private void discard(long offset, long length) throws IOException {
    try {
      disk.discard(offset, length);
    } catch (KernelException refused) {
      disk.zero(offset, length);
      return;
    }
    byte[] zeroes = new byte[VERIFY_BYTES];
    for (long at = offset; at < offset + length; at += VERIFY_BYTES) {
      int piece = (int) Math.min(VERIFY_BYTES, offset + length - at);
      if (Arrays.mismatch(disk.read(at, piece), 0, piece, zeroes, 0, piece) >= 0) {
        disk.zero(at, piece);
      }
    }
  }

  private void verify() throws IOException {
    if (!(Ledger.read(disk) instanceof Reading.Joined joined)) {
      throw new IOException("after the scrub the disk's own table and record do not read back");
    }
    if (BlankCheck.look(disk, joined.image(), new Pulse()) instanceof Blankness.Data data) {
      checkpoint(0, "");
      throw new IOException(
          "byte " + data.offset() + " is not zero after the scrub; it starts again from 0");
    }
  }

  private void recordFailure(IOException failure) {
    try {
      disk.flush();
      checkpoint(progress().bytesDone(), String.valueOf(failure.getMessage()));
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private void checkpoint(long done, String error) throws IOException {
    ScrubProgress before = progress();
    ScrubProgress now =
        new ScrubProgress(before.method(), done, before.startedAt(), Instant.now(), shorten(error));
    record = record.scrubbing(now);
    Ledger.checkpoint(disk, Geometry.MIB, record, ++sequence);
  }

  private ScrubProgress progress() {
    ScrubProgress progress = record.scrub();
    if (progress == null) {
      throw new IllegalStateException("no scrub in " + record.state());
    }
    return progress;
  }

  private static String shorten(String error) {
    return error.length() <= 256 ? error : error.substring(0, 256);
  }
}
