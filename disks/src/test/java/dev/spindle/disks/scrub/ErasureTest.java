package dev.spindle.disks.scrub;

import static dev.spindle.disks.scrub.Pace.LARGEST_PIECE_BYTES;
import static dev.spindle.disks.scrub.ScrubbedDisk.MIB;
import static dev.spindle.disks.scrub.ScrubbedDisk.VOLUME;
import static dev.spindle.disks.scrub.ScrubbedDisk.erasure;
import static dev.spindle.disks.scrub.ScrubbedDisk.firstData;
import static dev.spindle.disks.scrub.ScrubbedDisk.progress;
import static dev.spindle.disks.scrub.ScrubbedDisk.reading;
import static dev.spindle.disks.scrub.ScrubbedDisk.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.RawDisk;
import dev.spindle.linux.testing.ForwardingDisk;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryDisk.Operation;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Erasing on disks that fail and disks that lie. */
final class ErasureTest {
  /** Its volume is five pieces and a bit. */
  private static final long DISK_MIB = 88;

  /** Two pieces and a bit, where many disks are erased. */
  private static final long SMALL_DISK_MIB = 40;

  @ParameterizedTest
  @EnumSource
  void everythingIsErasedAndTheDiskIsFree(ScrubMethod method) throws IOException {
    for (int sector : new int[] {512, 4096}) {
      ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, sector, method);
      assertThat(erasure(erased.disk).run()).isTrue();
      assertThat(state(erased.disk)).isEqualTo(State.FREE);
      assertThat(reading(erased.disk).slotsAgree()).isTrue();
      assertThat(firstData(erased.disk, erased.volumeBytes)).isEqualTo(-1);
    }
  }

  @Test
  void whatLiesBetweenTheVolumeAndTheBackupTableIsErasedToo() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(SMALL_DISK_MIB, 512, ScrubMethod.ZERO);
    byte[] stray = new byte[512];
    stray[7] = 1;
    erased.disk.write(VOLUME + erased.volumeBytes + 4096, stray);
    assertThat(erasure(erased.disk).run()).isTrue();
    assertThat(state(erased.disk)).isEqualTo(State.FREE);
  }

  /**
   * The disk loses power at each write of a slot: all that was not flushed is lost, but the slot.
   */
  @ParameterizedTest
  @EnumSource
  void noCheckpointIsEverAheadOfWhatWasFlushed(ScrubMethod method) throws IOException {
    int cuts = 0;
    for (int sector : new int[] {512, 4096}) {
      ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, sector, method);
      List<MemoryDisk> images = new ArrayList<>();
      erasure(new VolatileDisk(erased.disk, images)).run();
      for (MemoryDisk image : images) {
        DiskRecord record = reading(image).record();
        long done = record.state() == State.FREE ? erased.volumeBytes : progress(image).bytesDone();
        assertThat(firstData(image, done)).as("%s", record).isEqualTo(-1);
        if (record.state() == State.SCRUBBING) {
          assertThat(erasure(image).run()).isTrue();
        }
        assertThat(firstData(image, erased.volumeBytes)).isEqualTo(-1);
        cuts++;
      }
    }
    Proof.count("power cuts in a scrub by " + method, cuts, 20);
  }

  /** Keeps what was flushed, and takes an image of that and the slot whenever a slot is written. */
  private static final class VolatileDisk extends ForwardingDisk {
    private final List<MemoryDisk> images;
    private MemoryDisk durable;

    VolatileDisk(MemoryDisk truth, List<MemoryDisk> images) {
      super(truth);
      this.images = images;
      this.durable = truth.snapshot();
    }

    @Override
    public void write(long offset, byte[] data) throws IOException {
      super.write(offset, data);
      MemoryDisk image = durable.snapshot();
      image.write(offset, data);
      images.add(image);
    }

    @Override
    public void flush() throws IOException {
      super.flush();
      durable = ((MemoryDisk) truth).snapshot();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErrorAtAnyOperationLeavesItScrubbingWithTheReasonAndItGoesOnFromItsCheckpoint(
      ScrubMethod method) throws IOException {
    int faults = 0;
    // Every operation while it erases; of the thousand reads that verify, some.
    for (int at = 0; ; at += faults < 60 ? 1 : 67) {
      ScrubbedDisk erased = new ScrubbedDisk(SMALL_DISK_MIB, 512, method);
      AtomicInteger left = new AtomicInteger(at);
      erased.disk.onEach(
          (operation, offset, length) -> {
            if (left.getAndDecrement() == 0) {
              throw new KernelException(operation + " at " + offset, "memory disk", Errno.EIO);
            }
          });
      Erasure attempt;
      try {
        attempt = erasure(erased.disk);
      } catch (KernelException failed) {
        continue;
      }
      boolean ended = endedWell(attempt);
      erased.disk.onEach((operation, offset, length) -> {});
      if (left.get() >= 0) {
        break;
      }
      if (!ended) {
        assertFailedWithoutHarm(erased);
      }
      faults++;
    }
    Proof.count("I/O errors in a scrub by " + method, faults, 50);
  }

  private static boolean endedWell(Erasure attempt) {
    try {
      return attempt.run();
    } catch (IOException failed) {
      return false;
    }
  }

  /** Where slot A already says FREE everything is erased, flushed and verified. */
  private static void assertFailedWithoutHarm(ScrubbedDisk erased) throws IOException {
    if (state(erased.disk) == State.FREE) {
      assertThat(firstData(erased.disk, erased.volumeBytes)).isEqualTo(-1);
      return;
    }
    ScrubProgress progress = progress(erased.disk);
    assertThat(firstData(erased.disk, progress.bytesDone())).isEqualTo(-1);
    List<Long> offsets = new ArrayList<>();
    RawDisk watched =
        new ForwardingDisk(erased.disk) {
          @Override
          public void zero(long offset, long length) throws IOException {
            offsets.add(offset);
            super.zero(offset, length);
          }

          @Override
          public void discard(long offset, long length) throws IOException {
            offsets.add(offset);
            super.discard(offset, length);
          }
        };
    assertThat(erasure(watched).run()).isTrue();
    if (!offsets.isEmpty()) {
      assertThat(offsets.get(0)).isEqualTo(VOLUME + progress.bytesDone());
    }
    assertThat(firstData(erased.disk, erased.volumeBytes)).isEqualTo(-1);
  }

  @Test
  void zeroingThatFailsMidwaySaysSo() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.ZERO);
    long bad = VOLUME + 5 * LARGEST_PIECE_BYTES;
    failZeroing(erased.disk, bad);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() -> erasure(erased.disk).run()).isInstanceOf(KernelException.class);
      assertThat(state(erased.disk)).isEqualTo(State.SCRUBBING);
      assertThat(progress(erased.disk).bytesDone()).isEqualTo(bad - VOLUME);
      assertThat(progress(erased.disk).lastError()).contains("BLKZEROOUT", "EIO");
    }
    erased.disk.onEach((operation, offset, length) -> {});
    assertThat(erasure(erased.disk).run()).isTrue();
    assertThat(firstData(erased.disk, erased.volumeBytes)).isEqualTo(-1);
  }

  private static void failZeroing(MemoryDisk disk, long at) {
    disk.onEach(
        (operation, offset, length) -> {
          if (operation == Operation.ZERO && offset <= at && at < offset + length) {
            throw new KernelException("BLKZEROOUT", "memory disk", Errno.EIO);
          }
        });
  }

  /**
   * The kernel tells an error of writing back once; the next flush succeeds, and what was lost
   * stays lost.
   */
  @Test
  void whatAFlushThatFailedMayHaveLostIsErasedAgain() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.ZERO);
    AtomicInteger pieces = new AtomicInteger();
    RawDisk forgetful =
        new ForwardingDisk(erased.disk) {
          private long last;

          @Override
          public void zero(long offset, long length) throws IOException {
            last = offset;
            pieces.incrementAndGet();
            super.zero(offset, length);
          }

          @Override
          public void flush() throws IOException {
            if (pieces.get() == 4) {
              pieces.incrementAndGet();
              truth.write(last, sector());
              throw new KernelException("fsync", "memory disk", Errno.EIO);
            }
            super.flush();
          }
        };
    assertThatThrownBy(() -> erasure(forgetful).run()).hasMessageContaining("fsync");
    assertThat(progress(erased.disk).bytesDone()).isEqualTo(3 * LARGEST_PIECE_BYTES);
    assertThat(erasure(erased.disk).run()).isTrue();
    assertThat(firstData(erased.disk, erased.volumeBytes)).isEqualTo(-1);
  }

  private static byte[] sector() {
    byte[] data = new byte[512];
    data[0] = 9;
    return data;
  }

  @Test
  void aBackupTableThatHasRottedIsWrittenAgainAndKeepsNoDiskFromBeingFree() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.ZERO);
    erased.disk.write(erased.disk.sizeBytes() - 512, sector());
    assertThat(reading(erased.disk).backupIntact()).isFalse();
    assertThat(erasure(erased.disk).run()).isTrue();
    assertThat(state(erased.disk)).isEqualTo(State.FREE);
    assertThat(reading(erased.disk).backupIntact()).isTrue();
  }

  @Test
  void zeroingThatSucceedsAndDoesNothingIsFoundOut() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.ZERO);
    assertNeverFree(
        new ForwardingDisk(erased.disk) {
          @Override
          public void zero(long offset, long length) {}
        });
    assertNeverFree(
        new ForwardingDisk(erased.disk) {
          @Override
          public void zero(long offset, long length) throws IOException {
            super.zero(offset, length / 1024 * 512);
          }
        });
  }

  /** As a disk of 1 TiB would that ignores every hundredth command. */
  @Test
  void zeroingThatIsIgnoredNowAndThenOnALargeDiskIsFoundOut() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(64 << 10, 512, ScrubMethod.ZERO);
    byte[] full = new byte[(int) MIB];
    java.util.Arrays.fill(full, (byte) 7);
    AtomicInteger commands = new AtomicInteger();
    assertNeverFree(
        new ForwardingDisk(erased.disk) {
          @Override
          public void zero(long offset, long length) throws IOException {
            super.zero(offset, length);
            if (commands.incrementAndGet() % 100 == 50) {
              for (long at = offset; at < offset + length; at += MIB) {
                truth.write(at, full);
              }
            }
          }
        });
  }

  private static void assertNeverFree(RawDisk lying) throws IOException {
    assertThatThrownBy(() -> erasure(lying).run()).hasMessageContaining("is not zero after");
    assertThat(state(lying)).isEqualTo(State.SCRUBBING);
    assertThat(progress(lying).bytesDone()).isZero();
    assertThat(progress(lying).lastError()).contains("is not zero after the scrub");
    assertThat(progress(lying).bytesPerSecond()).isEmpty();
  }

  @Test
  void aDiscardThatKeepsDataOrReturnsGarbageOrIsRefusedIsMadeUpForByZeroing() throws IOException {
    assertErasedThough(
        disk ->
            new ForwardingDisk(disk) {
              @Override
              public void discard(long offset, long length) {}
            });
    assertErasedThough(
        disk ->
            new ForwardingDisk(disk) {
              @Override
              public void discard(long offset, long length) throws IOException {
                truth.write(offset + MIB / 2, sector());
                truth.write(offset + length - 512, sector());
              }
            });
    assertErasedThough(
        disk ->
            new ForwardingDisk(disk) {
              @Override
              public void discard(long offset, long length) throws IOException {
                throw new KernelException("BLKDISCARD", "memory disk", Errno.EOPNOTSUPP);
              }
            });
  }

  /** Reads what is asked for right away as zeroes, and has the data back once it is flushed. */
  @Test
  void aDiscardThatComesUndoneWhenItIsFlushedIsMadeUpForByZeroing() throws IOException {
    assertErasedThough(
        disk ->
            new ForwardingDisk(disk) {
              private final List<Long> discarded = new ArrayList<>();

              @Override
              public void discard(long offset, long length) throws IOException {
                super.discard(offset, length);
                discarded.add(offset);
              }

              @Override
              public void flush() throws IOException {
                for (long offset : discarded) {
                  truth.write(offset, sector());
                }
                discarded.clear();
                super.flush();
              }
            });
  }

  /** Makes a disk that lies of one that does not. */
  @FunctionalInterface
  private interface Liar {
    RawDisk of(MemoryDisk disk);
  }

  private static void assertErasedThough(Liar liar) throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.DISCARD);
    assertThat(erasure(liar.of(erased.disk)).run()).isTrue();
    assertThat(firstData(erased.disk, erased.volumeBytes)).isEqualTo(-1);
    assertThat(state(erased.disk)).isEqualTo(State.FREE);
  }

  @Test
  void aStopComesAfterOnePieceAndAtACheckpoint() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.ZERO);
    for (int piece = 1; piece <= 5; piece++) {
      assertThat(erasure(erased.disk, () -> true).run()).isFalse();
      assertThat(progress(erased.disk).bytesDone()).isEqualTo(piece * LARGEST_PIECE_BYTES);
      assertThat(progress(erased.disk).lastError()).isEmpty();
    }
    assertThat(erasure(erased.disk).run()).isTrue();
  }

  @Test
  void theRateOfAScrubThatStoodStillIsThatOfTheTimeWorked() throws IOException {
    ScrubbedDisk erased = new ScrubbedDisk(DISK_MIB, 512, ScrubMethod.ZERO);
    DiskRecord record = reading(erased.disk).record();
    Instant updated = Instant.now().minus(Duration.ofDays(3));
    long done = LARGEST_PIECE_BYTES;
    ScrubProgress before =
        new ScrubProgress(ScrubMethod.ZERO, done, updated.minusSeconds(1000), updated, "");
    Ledger.write(erased.disk, MIB, record.scrubbing(before), 3);
    assertThat(before.bytesPerSecond()).hasValue(done / 1000);
    erasure(erased.disk, () -> true).run();
    ScrubProgress after = progress(erased.disk);
    assertThat(after.bytesDone()).isEqualTo(2 * done);
    assertThat(after.worked()).isBetween(Duration.ofSeconds(1000), Duration.ofHours(1));
    long left = erased.volumeBytes - 2 * done;
    long rate = after.bytesPerSecond().orElseThrow();
    assertThat(reading(erased.disk).record().secondsToScrub()).hasValue((left + rate - 1) / rate);
  }

  @Test
  void aClockThatWasSetBackMakesNoRate() {
    Instant now = Instant.now();
    ScrubProgress odd =
        new ScrubProgress(ScrubMethod.ZERO, MIB, now, now.minus(Duration.ofDays(1)), "");
    assertThat(odd.worked()).isZero();
    assertThat(odd.bytesPerSecond()).isEmpty();
  }
}
