package dev.spindle.disks.claim;

import static dev.spindle.disks.claim.PoolFixture.waitUntil;
import static dev.spindle.disks.claim.RunningPool.MIB;
import static dev.spindle.disks.claim.RunningPool.firstData;
import static dev.spindle.disks.claim.RunningPool.owner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.claim.FaultyDevices.Operation;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.disks.scrub.ScrubView;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Erasing real loop devices: slowly, interrupted, and where the device fails or lies. */
final class ScrubOnLoopTest {
  private static final long DISK = 132 * MIB;
  private static final long VOLUME_END = 130 * MIB;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @Test
  void aDeleteIsAnsweredWhileADiskOfTerabytesIsStillErasedAndAStopIsQuick() throws Exception {
    LoopDisk disk = disks.create(4L << 40, 4096);
    try (RunningPool pool = new RunningPool(owner("big"), 64 * MIB, disk)) {
      DiskRecord record = pool.claim("pvc-1");
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Gone.class);
      ScrubView view = pool.scrub(disk);
      assertThat(view.running()).isTrue();
      assertThat(view.bytesDone()).isBetween(1L, view.bytes() / 2);
      assertThat(view.bytes()).isEqualTo(record.volume().capacityBytes());
      assertThat(view.bytesPerSecond().orElseThrow()).isLessThanOrEqualTo(128 * MIB);
      assertThat(view.secondsRemaining().orElseThrow()).isGreaterThan(3600);
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Gone.class);
      assertThat(pool.claims().find(pool.id(record))).isInstanceOf(Found.Missing.class);
      assertThat(pool.claims().volumes()).isEmpty();
      assertThat(pool.free()).isZero();
      pool.stop();
      assertThat(pool.scrubbed(disk)).isGreaterThanOrEqualTo(view.bytesDone());
    }
  }

  @Test
  void aScrubThatWasStoppedGoesOnFromItsCheckpointAndNotFromItsStart() throws Exception {
    LoopDisk disk = disks.create(DISK, 512);
    try (RunningPool pool = new RunningPool(owner("resumed"), 4 * MIB, disk)) {
      DiskRecord record = pool.claim("pvc-1");
      pool.fill(record, 7);
      pool.claims().release(pool.id(record));
      waitUntil(() -> pool.scrub(disk).bytesDone() > 0);
      pool.stop();
      long done = pool.scrubbed(disk);
      assertThat(firstData(disk, 2 * MIB, 2 * MIB + done)).isEqualTo(-1);
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isPositive();
      long[] first = {Long.MAX_VALUE};
      pool.devices.onEach(
          (operation, node, offset, length) -> {
            if (operation == Operation.ZERO) {
              first[0] = Math.min(first[0], offset);
            }
            return true;
          });
      pool.restart(0);
      waitUntil(() -> pool.verdict(disk) instanceof Eligible);
      assertThat(first[0]).isEqualTo(2 * MIB + done);
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
    }
  }

  @Test
  void zeroingThatFailsMidwaySaysSoIsNotOfferedAndGoesOnOnceTheDiskWorks() throws Exception {
    LoopDisk disk = disks.create(DISK, 512);
    try (RunningPool pool = new RunningPool(owner("failing"), 0, disk)) {
      DiskRecord record = pool.claim("pvc-1");
      pool.fill(record, 7);
      pool.devices.onEach(
          (operation, node, offset, length) -> {
            if (operation == Operation.ZERO && offset >= 60 * MIB) {
              throw new KernelException("BLKZEROOUT", node.toString(), Errno.EIO);
            }
            return true;
          });
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Gone.class);
      assertThat(pool.record(disk).state()).isEqualTo(State.SCRUBBING);
      ScrubView view = pool.scrub(disk);
      assertThat(view.running()).isFalse();
      assertThat(view.lastError()).contains("BLKZEROOUT", "EIO");
      assertThat(view.nextAttempt()).isPresent();
      assertThat(pool.free()).isZero();
      assertThat(pool.verdict(disk).reasons().get(0).message()).contains("stopped", "EIO");
      assertThat(pool.provision("pvc-2")).isInstanceOf(Provisioned.NoDiskFits.class);
      pool.devices.mend();
      pool.restart(0);
      waitUntil(() -> pool.verdict(disk) instanceof Eligible);
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
    }
  }

  @Test
  void zeroingThatSaysItSucceededAndLeftDataNeverMakesADiskFree() throws Exception {
    LoopDisk disk = disks.create(DISK, 512);
    try (RunningPool pool = new RunningPool(owner("lying"), 0, disk)) {
      DiskRecord record = pool.claim("pvc-1");
      pool.fill(record, 7);
      pool.devices.onEach(
          (operation, node, offset, length) ->
              operation != Operation.ZERO || offset % (32 * MIB) != 2 * MIB);
      pool.claims().release(pool.id(record));
      assertThat(pool.record(disk).state()).isEqualTo(State.SCRUBBING);
      assertThat(pool.scrub(disk).lastError()).contains("is not zero after the scrub");
      assertThat(pool.scrub(disk).bytesDone()).isZero();
      assertThat(pool.free()).isZero();
    }
  }

  @Test
  void aDiscardThatKeepsDataOrIsRefusedIsMadeUpForByZeroing() throws Exception {
    for (boolean refused : new boolean[] {false, true}) {
      LoopDisk disk = disks.create(DISK, 512);
      try (RunningPool pool = new RunningPool(owner("discarding"), 0, disk)) {
        ClassParameters discard = ClassParameters.parse(Map.of("scrub", "discard"));
        VolumeSpec any = PoolFixture.block("pvc-1", MIB);
        VolumeSpec wanted =
            new VolumeSpec(
                any.csiName(), any.range(), any.accessType(), null, discard, any.origin());
        Provisioned.Claimed claimed = (Provisioned.Claimed) pool.claims().provision(wanted);
        pool.fill(claimed.record(), 7);
        int[] discards = {0};
        pool.devices.onEach(
            (operation, node, offset, length) -> {
              discards[0] += operation == Operation.DISCARD ? 1 : 0;
              if (operation == Operation.DISCARD && refused) {
                throw new KernelException("BLKDISCARD", node.toString(), Errno.EOPNOTSUPP);
              }
              return operation != Operation.DISCARD;
            });
        pool.claims().release(pool.id(claimed.record()));
        waitUntil(() -> pool.verdict(disk) instanceof Eligible);
        assertThat(discards[0]).isPositive();
        assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
      }
    }
  }

  /** Nothing, slot A, and a part of the volume are left of it. */
  @ParameterizedTest
  @ValueSource(longs = {0, 5 << 18, 40 << 20})
  void aDiskCutShortWhileItIsScrubbedIsNotFreeBeforeItIsWholeAndZero(long length) throws Exception {
    LoopDisk disk = disks.create(DISK, 512);
    LoopDisk beside = disks.create(2 * DISK, 512);
    try (RunningPool pool = new RunningPool(owner("cut-" + length), 0, disk, beside)) {
      DiskRecord record = pool.claim("pvc-1");
      DiskRecord other = pool.claim("pvc-2");
      pool.fill(record, 7);
      pool.fill(other, 8);
      pool.devices.onEach(
          (operation, node, offset, bytes) -> {
            if (operation == Operation.ZERO && offset >= 60 * MIB) {
              setLength(disk, length);
            }
            return true;
          });
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Gone.class);
      waitUntil(() -> pool.verdict(disk) instanceof Verdict.Unreadable);
      assertThat(pool.verdict(disk).reasons().get(0).message()).contains(disk.name(), "EIO");
      assertThat(pool.free()).isZero();
      assertThat(pool.provision("pvc-3")).isInstanceOf(Provisioned.NoDiskFits.class);
      pool.devices.mend();
      setLength(disk, DISK);
      pool.restart(0);
      waitUntil(() -> !(pool.verdict(disk) instanceof Verdict.Ours));
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
      // Also where the backup of its table was lost, with all else that was behind the cut.
      assertThat(pool.verdict(disk)).isInstanceOf(Eligible.class);
      assertThat(pool.firstByte(other)).isEqualTo(8);
    }
  }

  private static void setLength(LoopDisk disk, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  @Test
  void aDiskThatAnotherProcessHoldsIsNotHeldAgainstItAndIsScrubbedAfterwards() throws Exception {
    LoopDisk disk = disks.create(DISK, 512);
    try (RunningPool pool = new RunningPool(owner("waiting"), 0, disk)) {
      markForScrubbing(pool, disk);
      try (BlockDevice other = pool.devices.open(disk.node(), Access.EXCLUSIVE)) {
        assertThat(other.sizeBytes()).isEqualTo(DISK);
        pool.restart(0);
        assertThat(pool.scrub(disk).running()).isFalse();
        assertThat(pool.scrub(disk).nextAttempt()).isEmpty();
        assertThat(pool.scrub(disk).lastError()).isEmpty();
        assertThat(pool.record(disk).state()).isEqualTo(State.SCRUBBING);
      }
      waitUntil(() -> pool.verdict(disk) instanceof Eligible);
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
    }
  }

  /** As a kernel adds it that reads tables by itself, and a process that has raw access to it. */
  @Test
  void aScrubIsNotTakenUpWhileAProcessHasThePartitionOpen() throws Exception {
    LoopDisk disk = disks.create(DISK, 512);
    try (RunningPool pool = new RunningPool(owner("open"), 0, disk)) {
      DiskRecord record = markForScrubbing(pool, disk);
      try (BlockDevice whole = pool.devices.open(disk.node(), Access.READ)) {
        whole.addPartition(2, 2 * MIB, record.geometry().volume().lengthBytes());
      }
      String before = disk.sha256();
      try (RandomAccessFile user = new RandomAccessFile(disk.partition(2).toFile(), "r")) {
        assertThat(user.read()).isEqualTo(7);
        pool.restart(0);
        assertThat(pool.scrub(disk).running()).isFalse();
        assertThat(disk.sha256()).isEqualTo(before);
      }
      waitUntil(() -> pool.verdict(disk) instanceof Eligible);
      assertThat(disk.partition(2)).doesNotExist();
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
    }
  }

  /** An enlarged virtual disk: what it has grown by never was ours. */
  @Test
  void aDiskThatHasGrownByDataIsScrubbedToItsOldEndAndThenOnlyAPersonErasesTheRest()
      throws Exception {
    LoopDisk small = disks.create(DISK, 512);
    LoopDisk disk = small;
    try (RunningPool pool = new RunningPool(owner("grown"), 0, small)) {
      markForScrubbing(pool, small);
      disks.detach(small);
      setLength(small, 2 * DISK);
      try (RandomAccessFile file = new RandomAccessFile(small.file().toFile(), "rw")) {
        file.seek(2 * DISK - 3 * MIB);
        file.write(9);
      }
      disk = disks.reattach(small);
      LoopDisk grown = disk;
      pool.restart(0);
      waitUntil(() -> pool.verdict(grown) instanceof Verdict.Ineligible);
      assertThat(pool.record(disk).state()).isEqualTo(State.FREE);
      assertThat(pool.reasons(disk)).containsExactly(Code.DATA);
      assertThat(pool.verdict(disk).reasons().get(0).message())
          .contains("spindle wipe " + disk.node());
      assertThat(firstData(disk, 2 * MIB, VOLUME_END)).isEqualTo(-1);
      assertThat(firstData(disk, DISK, 2 * DISK)).isEqualTo(2 * DISK - 3 * MIB);
      try (Wipe wipe = pool.wipe()) {
        wipe.carryOut(wipe.plan(disk.node(), false), line -> {});
      }
      pool.look();
      assertThat(pool.verdict(disk)).isInstanceOf(Eligible.class);
      assertThat(pool.record(disk).geometry().diskBytes()).isEqualTo(2 * DISK);
    }
  }

  /** As a driver leaves it that was killed after it had written SCRUBBING. */
  private static DiskRecord markForScrubbing(RunningPool pool, LoopDisk disk) throws IOException {
    DiskRecord record = pool.claim("pvc-1");
    pool.fill(record, 7);
    pool.stop();
    try (BlockDevice whole = pool.devices.open(disk.node(), Access.READ)) {
      whole.deletePartition(2);
      whole.deletePartition(1);
    }
    try (BlockDevice held = pool.devices.open(disk.node(), Access.EXCLUSIVE)) {
      long sequence = ((Reading.Joined) pool.read(disk)).sequence();
      Ledger.write(held, MIB, Releasing.scrubbing(record), sequence + 1);
    }
    return record;
  }
}
