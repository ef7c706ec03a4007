package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine.Call;
import dev.spindle.linux.testing.MemoryMachine.Fault;
import dev.spindle.linux.testing.MemoryMachine.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A disk with a volume that is not what it was when it was looked at. */
@ExtendWith(QuietLogs.class)
class ChangedMeanwhileTest {
  private static final VolumeSpec WANTED = MemoryPool.block("pvc-0", Map.of());

  private final MemoryDisk disk = new MemoryDisk(Geometry.SMALLEST_DISK_BYTES, 512);

  @SuppressWarnings("NullAway.Init") // by JUnit
  private Lab lab;

  @SuppressWarnings("NullAway.Init") // by JUnit
  private MemoryPool pool;

  @SuppressWarnings("NullAway.Init") // by JUnit
  private UUID volume;

  @BeforeEach
  void claim() throws IOException {
    lab = new Lab(disk);
    pool = lab.start().look();
    pool.provision(WANTED);
    volume = Lab.volume(disk);
    pool.look();
  }

  @Test
  void aVolumeIsNotGoneBecauseTheDiskThatMayHoldItHasNoSizeAnyMore() throws IOException {
    lab.machine.loseSize(Lab.NAME);
    MemoryPool next = lab.start().look();
    assertThat(next.claims.release(new VolumeId(MemoryPool.OWNER.topologyValue(), volume)))
        .isInstanceOfSatisfying(
            Released.Uncertain.class,
            uncertain -> assertThat(uncertain.why()).contains("/dev/" + Lab.NAME, "no size"));
  }

  @Test
  void aVolumeIsNotSaidToBeThereBeforeItsDiskWasAskedOnceMore() throws IOException {
    assertThat(pool.claims.provision(WANTED)).isInstanceOf(Provisioned.Existing.class);
    MemoryDisk other = new MemoryDisk(disk.sizeBytes(), 512);
    MemoryDisk before = other.snapshot();
    lab.machine.reboot(Lab.NAME, other);
    assertThat(pool.claims.provision(WANTED))
        .isInstanceOfSatisfying(
            Provisioned.Uncertain.class,
            uncertain -> assertThat(uncertain.why()).contains("/dev/" + Lab.NAME));
    assertThat(pool.medium(Lab.NAME).sameAs(before)).isTrue();
  }

  /** As a kernel does that reads tables, or another process, right after the disk was let go. */
  @Test
  void aVolumeWhosePartitionIsAddedAndOpenedWhileItIsReleasedIsInUse() throws IOException {
    Opening opening = new Opening();
    lab.machine.onEach(opening);
    assertThat(pool.claims.release(new VolumeId(MemoryPool.OWNER.topologyValue(), volume)))
        .isInstanceOf(Released.InUse.class);
    lab.machine.onEach(request -> {});
    assertThat(opening.done).isTrue();
    assertThat(((Reading.Joined) Ledger.read(disk)).record().state()).isEqualTo(State.CLAIMED);
  }

  /** As udev does that reads the backup table of a joining that was cut short. */
  @Test
  void aBegunDiskWhosePartitionIsAddedAndOpenedWhileItIsHeldIsLeftAsItIs() throws IOException {
    MemoryDisk begun = new MemoryDisk(disk.sizeBytes(), 512);
    Geometry geometry = Geometry.of(512, disk.sizeBytes());
    Ledger.join(
        begun,
        new DiskRecord(MemoryPool.OWNER, UUID.randomUUID(), geometry, State.FREE, null, null));
    begun.zero(512, 512);
    MemoryDisk before = begun.snapshot();
    lab = new Lab(begun);
    pool = lab.start().look();
    Opening opening = new Opening();
    lab.machine.onEach(opening);
    assertThat(pool.claims.provision(WANTED)).isInstanceOf(Provisioned.NoDiskFits.class);
    assertThat(opening.done).isTrue();
    assertThat(begun.sameAs(before)).isTrue();
  }

  /**
   * As when a loop device is attached to another file: all of that size are asked for the table.
   */
  @Test
  void anotherDiskThatHasBecomeSmallerSinceItWasLookedAtHindersNoJoining() throws IOException {
    MemoryDisk blank = new MemoryDisk(disk.sizeBytes(), 512);
    lab = new Lab(blank);
    lab.machine.add(Lab.OTHER, new MemoryDisk(disk.sizeBytes(), 512));
    pool = lab.start().look();
    lab.machine.reboot(Lab.OTHER, new MemoryDisk(4096, 512));
    assertThat(pool.claims.provision(WANTED)).isInstanceOf(Provisioned.Claimed.class);
    assertThat(blank.blank()).isFalse();
  }

  /** As {@code spindle repair} would, to write another state than the one that was just read. */
  @Test
  void nobodyElseCanHoldADiskBetweenReadingItsRecordAndHavingItsVolumeOpen() throws IOException {
    List<@Nullable Errno> answers = new ArrayList<>();
    lab.machine.onEach(
        request -> {
          if (request.call() == Call.OPEN && request.path().equals("/dev/" + Lab.NAME + "2")) {
            answers.add(holding());
          }
        });
    try (OpenVolume open = pool.claims.open(volume)) {
      assertThat(open.record().state()).isEqualTo(State.CLAIMED);
    }
    assertThat(answers).containsExactly(Errno.EBUSY);
  }

  private @Nullable Errno holding() throws IOException {
    try (BlockDevice held = lab.machine.open(Path.of("/dev/" + Lab.NAME), Access.EXCLUSIVE)) {
      assertThat(held.sizeBytes()).isPositive();
      return null;
    } catch (KernelException refused) {
      return refused.errno();
    }
  }

  /** Somebody who has partition 2 open from the moment at which the whole disk is held. */
  private final class Opening implements Fault {
    private boolean done;

    @Override
    public void before(Request request) throws IOException {
      if (request.call() == Call.LOCK && !done) {
        done = true;
        Path node = Path.of("/dev/" + Lab.NAME);
        try (BlockDevice whole = lab.machine.open(node, Access.READ)) {
          Geometry geometry = Geometry.of(512, disk.sizeBytes());
          whole.addPartition(2, geometry.volume().startBytes(), geometry.volume().lengthBytes());
        }
        assertThat(lab.machine.open(Path.of(node + "2"), Access.READ).sizeBytes()).isPositive();
      }
    }
  }
}
