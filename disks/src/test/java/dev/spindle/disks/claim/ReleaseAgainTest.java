package dev.spindle.disks.claim;

import static dev.spindle.disks.claim.PoolFixture.MIB;
import static dev.spindle.disks.claim.PoolFixture.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A volume is released once more after an attempt that reached one slot only, while another holds
 * its disk: the next driver's scrub does, and so does {@code spindle wipe}.
 */
class ReleaseAgainTest {
  private static final long SLOT_B = MIB + (512 << 10);
  private static final int SLOT_BYTES = 64 << 10;

  @RegisterExtension LoopDisks disks = new LoopDisks();

  @Test
  void aVolumeIsNotGoneBeforeBothSlotsSayIt() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      try (BlockDevice held = hold(fixture, disk)) {
        markInSlotA(held);
        fixture.lookAgain();
        assertThat(fixture.claims().release(id(record)))
            .isInstanceOfSatisfying(
                Released.Uncertain.class,
                uncertain -> assertThat(uncertain.why()).contains(disk.node().toString()));
      }
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Gone.class);
      assertThat(((Reading.Joined) fixture.read(disk)).slotsAgree()).isTrue();
    }
  }

  @Test
  void aVolumeIsGoneWhenWhoHoldsTheDiskHasWrittenBothSlots() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      try (BlockDevice held = hold(fixture, disk)) {
        markInSlotA(held);
        fixture.lookAgain();
        CompletableFuture<Void> scrub =
            CompletableFuture.runAsync(
                () -> markInBothSlots(held),
                CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Gone.class);
        assertThat(scrub).isDone();
        assertThat(fixture.state(disk)).isEqualTo(State.SCRUBBING);
      }
    }
  }

  @Test
  void aVolumeWhoseMarkHasRottedIsNotGone() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      try (BlockDevice held = hold(fixture, disk)) {
        markInSlotA(held);
        fixture.lookAgain();
        held.write(MIB, new byte[SLOT_BYTES]);
        held.flush();
      }
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Uncertain.class);
      assertThat(fixture.state(disk)).isEqualTo(State.CLAIMED);
      fixture.lookAgain();
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Gone.class);
      assertThat(fixture.state(disk)).isEqualTo(State.FREE);
    }
  }

  private static BlockDevice hold(PoolFixture fixture, LoopDisk disk) throws IOException {
    return fixture.linux.blockDevices().open(disk.node(), Access.EXCLUSIVE);
  }

  private static void markInSlotA(BlockDevice held) throws IOException {
    byte[] before = held.read(SLOT_B, SLOT_BYTES);
    mark(held);
    held.write(SLOT_B, before);
    held.flush();
    assertThat(((Reading.Joined) Ledger.read(held)).slotsAgree()).isFalse();
  }

  private static void markInBothSlots(BlockDevice held) {
    try {
      mark(held);
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static void mark(BlockDevice held) throws IOException {
    Reading.Joined now = (Reading.Joined) Ledger.read(held);
    DiskRecord marked =
        now.record().scrub() == null ? Releasing.scrubbing(now.record()) : now.record();
    Ledger.write(held, MIB, marked, now.sequence() + 1);
  }
}
