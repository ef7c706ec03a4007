package dev.spindle.disks.scrub;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.inventory.BlankCheck;
import dev.spindle.disks.inventory.Pulse;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Erases the volume of one disk, from where its record says it is. What a checkpoint says is done
 * has been flushed before the checkpoint is written, so that a power cut never leaves a hole behind
 * it.
 */
public final class Erasure {
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);
  private static final int VERIFY_BYTES = 1 << 20;

  private final RawDisk disk;
  private final Pace pace;
  private final Duration interval;
  private final Consumer<DiskRecord> watcher;
  private final Duration workedBefore;
  private final long startNanos = System.nanoTime();
  private DiskRecord record;
  private long sequence;

  /**
   * Takes up a scrub, as fast as the disk is.
   *
   * @param disk the whole disk, held exclusively
   * @param reading what it says of itself, in SCRUBBING
   */
  public Erasure(RawDisk disk, Reading.Joined reading, BooleanSupplier stopping) {
    this(disk, reading, new Pace(0, stopping), CHECKPOINT_INTERVAL, checkpointed -> {});
  }

  /**
   * Takes up a scrub at a pace.
   *
   * @param watcher told the record after each checkpoint
   */
  Erasure(RawDisk disk, Reading.Joined reading, Pace pace, Consumer<DiskRecord> watcher) {
    this(disk, reading, pace, CHECKPOINT_INTERVAL, watcher);
  }

  /** Takes up a scrub with checkpoints at least so far apart. */
  Erasure(
      RawDisk disk,
      Reading.Joined reading,
      Pace pace,
      Duration interval,
      Consumer<DiskRecord> watcher) {
    this.disk = disk;
    this.record = reading.record();
    this.sequence = reading.sequence();
    this.pace = pace;
    this.interval = interval;
    this.watcher = watcher;
    this.workedBefore = progress().worked();
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
      long length = Math.min(pace.pieceBytes(), volume.lengthBytes() - done);
      long start = System.nanoTime();
      erase(volume.startBytes() + done, length);
      done += length;
      pace.after(length, start);
      boolean stop = pace.stopping();
      if (stop || System.nanoTime() - last > interval.toNanos()) {
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

  /**
   * A discard is advice: once it is flushed every byte is read back, and zeroed where it was not
   * taken.
   */
  private void discard(long offset, long length) throws IOException {
    try {
      disk.discard(offset, length);
    } catch (KernelException refused) {
      disk.zero(offset, length);
      return;
    }
    disk.flush();
    for (long at = offset; at < offset + length; at += VERIFY_BYTES) {
      int piece = (int) Math.min(VERIFY_BYTES, offset + length - at);
      if (!isZero(at, piece)) {
        disk.zero(at, piece);
      }
    }
  }

  private boolean isZero(long at, int length) {
    try {
      return disk.firstData(at, length) == at + length;
    } catch (IOException unreadable) {
      // Nobody knows; and a sector that cannot be read is often mended by writing it.
      return false;
    }
  }

  private void verify() throws IOException {
    eraseGap();
    Reading.Joined joined = joined();
    if (!joined.backupIntact()) {
      // Its bytes have rotted; as they are they would count as data that the scrub has left.
      Ledger.restoreBackup(disk, joined.record());
      joined = joined();
    }
    // What a disk has grown by since was never ours: it is left as it is, and judged afterwards.
    long end = record.geometry().diskBytes();
    if (BlankCheck.look(disk, end, joined.image(), new Pulse()) instanceof Blankness.Data data) {
      checkpoint(0, "");
      throw new IOException(
          "byte " + data.offset() + " is not zero after the scrub; it starts again from 0");
    }
  }

  /**
   * Nobody writes between the volume and the backup table; but what is there would count as data
   * that the scrub has left, each time anew.
   */
  private void eraseGap() throws IOException {
    PartitionTable table = new PartitionTable(record.diskGuid(), record.geometry());
    long start = record.geometry().volume().endBytes();
    long end = table.backup().offset();
    if (disk.firstData(start, end - start) < end) {
      disk.zero(start, end - start);
      disk.flush();
    }
  }

  private Reading.Joined joined() throws IOException {
    if (Ledger.read(disk) instanceof Reading.Joined joined) {
      return joined;
    }
    throw new IOException("after the scrub the disk's own table and record do not read back");
  }

  /**
   * Keeps what the last checkpoint says is done: an error of a flush is told once, so that a second
   * flush that succeeds says nothing of what was erased before the first.
   */
  private void recordFailure(IOException failure) {
    try {
      disk.flush();
      checkpoint(progress().bytesDone(), String.valueOf(failure.getMessage()));
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private void checkpoint(long done, String error) throws IOException {
    record = record.scrubbing(progress().reached(done, worked(done), shorten(error)));
    Ledger.checkpoint(disk, Geometry.MIB, record, ++sequence);
    watcher.accept(record);
  }

  /** Who starts from 0 again has worked at it no time yet. */
  private Duration worked(long done) {
    Duration now = Duration.ofNanos(System.nanoTime() - startNanos);
    return done == 0 ? Duration.ZERO : workedBefore.plus(now);
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
