package dev.spindle.disks.claim;

import static dev.spindle.disks.claim.RunningPool.MIB;
import static dev.spindle.disks.claim.RunningPool.owner;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.FaultyDevices.Operation;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which disk is which: copies, second paths, other owners, names that move (R4, R5, R6, R9). */
final class IdentityTest {
  private static final long DISK = 64 * MIB;
  private static int scenarios;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @AfterEach
  void count() {
    scenarios++;
  }

  @AfterAll
  static void tell() throws IOException {
    Proof.count("identity scenarios of a pool", scenarios, 13);
  }

  private LoopDisk disk() throws IOException {
    return disks.create(DISK, 512);
  }

  private LoopDisk copyOf(LoopDisk disk) throws IOException {
    return disks.attach(
        Files.copy(disk.file(), disks.folder("copies").resolve(UUID.randomUUID().toString())), 512);
  }

  private void pull(LoopDisk disk) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        disks.detach(disk);
        return;
      } catch (KernelException refused) {
        // Who looks at it has it open for a moment.
        if (refused.errno() != Errno.EBUSY || tries == 100) {
          throw refused;
        }
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void aCopyOfAFreeDiskAndTheOriginalAreNotTakenUntilOneIsGone() throws IOException {
    LoopDisk disk = disk();
    try (RunningPool pool = RunningPool.of(disk)) {
      pool.claims().release(pool.id(pool.claim("pvc-1")));
      PoolFixture.waitUntil(() -> pool.verdict(disk) instanceof Eligible);
      LoopDisk copy = copyOf(disk);
      String before = disk.sha256();
      pool.look();
      assertThat(pool.reasons(disk)).containsExactly(Code.DUPLICATE);
      assertThat(pool.reasons(copy)).containsExactly(Code.DUPLICATE);
      assertThat(pool.verdict(disk).reasons().get(0).message()).contains(copy.name());
      assertThat(pool.free()).isZero();
      assertThat(pool.provision("pvc-2")).isInstanceOf(Provisioned.NoDiskFits.class);
      assertThat(disk.sha256()).isEqualTo(before);
      assertThat(copy.sha256()).isEqualTo(before);
      pull(copy);
      pool.look();
      pool.claim("pvc-2");
    }
  }

  /** The inventory has not seen it yet; judging again on the open disk does not ask others. */
  @Test
  void aCopyThatAppearsWhileADiskIsOpenedForAVolumeIsFoundAtTheNextLook() throws IOException {
    LoopDisk disk = disk();
    try (RunningPool pool = RunningPool.of(disk)) {
      DiskRecord record = pool.claim("pvc-1");
      pool.fill(record, 5);
      LoopDisk copy = copyOf(disk);
      pool.look();
      assertThatThrownBy(() -> pool.claims().open(record.volume().volume()))
          .hasMessageContaining("is on no disk here");
      assertThat(pool.claims().find(pool.id(record)))
          .isInstanceOfSatisfying(
              Found.Uncertain.class, why -> assertThat(why.why()).contains(disk.name()));
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Uncertain.class);
      assertThat(pool.provision("pvc-1")).isInstanceOf(Provisioned.Uncertain.class);
      pool.restart(0);
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Uncertain.class);
      assertThat(pool.provision("pvc-1")).isInstanceOf(Provisioned.Uncertain.class);
      pull(copy);
      pool.look();
      assertThat(pool.firstByte(record)).isEqualTo(5);
    }
  }

  @Test
  void aSecondPathThatShowsAtJoiningUndoesIt() throws IOException {
    LoopDisk one = disk();
    LoopDisk two = disks.attach(one.file(), 512);
    try (RunningPool pool = RunningPool.of(one, two)) {
      assertThat(pool.verdict(one)).isInstanceOf(Eligible.class);
      assertThat(pool.verdict(two)).isInstanceOf(Eligible.class);
      Provisioned none = pool.provision("pvc-1");
      assertThat(none).isInstanceOf(Provisioned.NoDiskFits.class);
      assertThat(((Provisioned.NoDiskFits) none).refusals())
          .filteredOn(refusal -> Set.of(one.name(), two.name()).contains(refusal.disk()))
          .hasSize(2)
          .allSatisfy(
              refusal -> assertThat(refusal.reasons().get(0).code()).isEqualTo(Code.SECOND_PATH));
      assertThat(RunningPool.firstData(one, 0, DISK)).isEqualTo(-1);
      pull(two);
      pool.look();
      pool.claim("pvc-1");
    }
  }

  @Test
  void driversOfTwoNamesOverTheSameDisksNeverTakeOneTwice() throws Exception {
    List<LoopDisk> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(disk());
    }
    LoopDisk[] named = all.toArray(new LoopDisk[0]);
    Owner other = new Owner("other-" + owner("n").driverName(), "node-1");
    ExecutorService calls = Executors.newFixedThreadPool(4);
    try (RunningPool ours = RunningPool.of(named);
        RunningPool theirs = new RunningPool(other, 0, named)) {
      List<Callable<Provisioned>> wishes = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        String name = "pvc-" + i;
        wishes.add(() -> ours.provision(name));
        wishes.add(() -> theirs.provision(name));
      }
      int claimed = 0;
      for (Future<Provisioned> answer : calls.invokeAll(wishes)) {
        claimed += answer.get() instanceof Provisioned.Claimed ? 1 : 0;
      }
      Set<UUID> volumes = new HashSet<>();
      for (LoopDisk disk : all) {
        if (ours.read(disk) instanceof Reading.Joined joined
            && joined.record().state() == State.CLAIMED) {
          volumes.add(joined.record().volume().volume());
        }
      }
      assertThat(claimed).isPositive();
      assertThat(volumes).hasSize(claimed);
      ours.look();
      theirs.look();
      assertThat(ours.claims().volumes().size() + theirs.claims().volumes().size())
          .isEqualTo(claimed);
      for (DiskRecord record : theirs.claims().volumes()) {
        assertThat(ours.claims().find(ours.id(record))).isInstanceOf(Found.Missing.class);
        assertThat(ours.claims().release(ours.id(record))).isInstanceOf(Released.Unknown.class);
        assertThat(theirs.claims().find(theirs.id(record))).isInstanceOf(Found.Volume.class);
      }
    } finally {
      calls.shutdownNow();
    }
  }

  @Test
  void aDiskOfAnotherNodeIsShownAndNeverWrittenWhateverItsState() throws IOException {
    LoopDisk claimed = disk();
    LoopDisk scrubbing = disk();
    DiskRecord volume;
    DiskRecord erased;
    try (RunningPool there = new RunningPool(owner("node-2"), 0, claimed, scrubbing)) {
      volume = there.claim("pvc-1");
      erased = there.claim("pvc-2");
      there.fill(volume, 7);
      there.fill(erased, 7);
      there.stop();
      LoopDisk second =
          there.record(claimed).volume().csiName().equals("pvc-2") ? claimed : scrubbing;
      try (BlockDevice open = there.devices.open(second.node(), Access.READ)) {
        open.deletePartition(2);
        open.deletePartition(1);
      }
      try (BlockDevice held = there.devices.open(second.node(), Access.EXCLUSIVE)) {
        Ledger.write(held, MIB, Releasing.scrubbing(erased), 9);
      }
    }
    List<String> before = List.of(claimed.sha256(), scrubbing.sha256());
    try (RunningPool here = RunningPool.of(claimed, scrubbing)) {
      for (LoopDisk disk : List.of(claimed, scrubbing)) {
        assertThat(here.verdict(disk)).isInstanceOf(Verdict.Ineligible.class);
        assertThat(here.reasons(disk)).contains(Code.OTHER_OWNER);
        assertThat(here.verdict(disk).reasons().get(0).message()).contains("node-2");
      }
      assertThat(here.claims().volumes()).isEmpty();
      assertThat(here.pool().scrubs()).isEmpty();
      assertThat(here.provision("pvc-1")).isInstanceOf(Provisioned.NoDiskFits.class);
      VolumeId id = new VolumeId("node-2", volume.volume().volume());
      assertThat(here.claims().release(id)).isEqualTo(new Released.Elsewhere("node-2"));
      assertThat(here.claims().find(id)).isEqualTo(new Found.Elsewhere("node-2"));
      assertThatThrownBy(() -> here.claims().open(volume.volume().volume()))
          .isInstanceOf(IOException.class);
      here.restart(0);
    }
    assertThat(List.of(claimed.sha256(), scrubbing.sha256())).isEqualTo(before);
  }

  @Test
  void disksThatSwapNamesWhileTheDriverIsStoppedKeepTheirVolumes() throws IOException {
    LoopDisk one = disk();
    LoopDisk two = disk();
    try (RunningPool pool = RunningPool.of(one, two)) {
      DiskRecord five = pool.claim("pvc-5");
      DiskRecord six = pool.claim("pvc-6");
      pool.fill(five, 5);
      pool.fill(six, 6);
      pool.stop();
      disks.swap(one, two);
      pool.restart(0);
      assertThat(pool.firstByte(five)).isEqualTo(5);
      assertThat(pool.firstByte(six)).isEqualTo(6);
      assertThat(pool.provision("pvc-5")).isEqualTo(new Provisioned.Existing(five));
    }
  }

  @Test
  void disksThatSwapNamesUnderARunningDriverAreNeverTakenForEachOther() throws IOException {
    LoopDisk one = disk();
    LoopDisk two = disk();
    try (RunningPool pool = RunningPool.of(one, two)) {
      DiskRecord five = pool.claim("pvc-5");
      DiskRecord six = pool.claim("pvc-6");
      pool.fill(five, 5);
      pool.fill(six, 6);
      for (int round = 0; round < 3; round++) {
        swapRunning(one, two);
        // What the driver knows is old now: an error is an answer, the other volume is none.
        assertThat(firstByteIfAny(pool, five)).isIn(-1, 5);
        assertThat(firstByteIfAny(pool, six)).isIn(-1, 6);
        pool.look();
        assertThat(pool.firstByte(five)).isEqualTo(5);
        assertThat(pool.firstByte(six)).isEqualTo(6);
      }
      swapRunning(one, two);
      LoopDisk ofSix = pool.record(one).volume().csiName().equals("pvc-6") ? one : two;
      String before = ofSix.sha256();
      releasedIfAny(pool, five);
      pool.look();
      assertThat(pool.claims().release(pool.id(five)))
          .isInstanceOfAny(Released.Gone.class, Released.Unknown.class);
      assertThat(ofSix.sha256()).isEqualTo(before);
      assertThat(pool.firstByte(six)).isEqualTo(6);
    }
  }

  private void swapRunning(LoopDisk one, LoopDisk two) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        disks.swap(one, two);
        return;
      } catch (KernelException refused) {
        if (refused.errno() != Errno.EBUSY || tries == 100) {
          throw refused;
        }
        for (LoopDisk disk : List.of(one, two)) {
          if (!disk.attached()) {
            disks.reattach(disk);
          }
        }
      }
    }
  }

  private static int firstByteIfAny(RunningPool pool, DiskRecord record) {
    try {
      return pool.firstByte(record);
    } catch (IOException refused) {
      return -1;
    }
  }

  private static void releasedIfAny(RunningPool pool, DiskRecord record) {
    try {
      Released unused = pool.claims().release(pool.id(record));
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  @Test
  void aDiskThatComesBackUnderAnotherNameBringsItsVolumeAndNoneWasMadeMeanwhile()
      throws IOException {
    LoopDisk one = disk();
    LoopDisk two = disk();
    try (RunningPool pool = RunningPool.of(one, two)) {
      DiskRecord record = pool.claim("pvc-1");
      pool.fill(record, 5);
      LoopDisk gone = pool.verdict(one) instanceof Verdict.Ours ? one : two;
      LoopDisk left = gone == one ? two : one;
      String name = gone.name();
      pull(gone);
      LoopDisk stranger = disk();
      pool.look();
      assertThat(pool.claims().find(pool.id(record)))
          .isInstanceOfSatisfying(
              Found.Uncertain.class, why -> assertThat(why.why()).contains(name));
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Uncertain.class);
      assertThat(pool.provision("pvc-1")).isInstanceOf(Provisioned.Uncertain.class);
      assertThat(pool.verdict(left)).isInstanceOf(Eligible.class);
      disks.reattach(gone);
      assertThat(stranger.attached()).isTrue();
      pool.look();
      assertThat(pool.provision("pvc-1")).isEqualTo(new Provisioned.Existing(record));
      assertThat(pool.firstByte(record)).isEqualTo(5);
    }
  }

  /** The attempt belongs to the disk, not to the name in /dev under which it was made (R4). */
  @Test
  void anotherDiskUnderTheNameDoesNotSettleAnAttemptThatFailedMidway() throws IOException {
    LoopDisk torn = disk();
    try (RunningPool pool = RunningPool.of(torn)) {
      pool.claims().release(pool.id(pool.claim("pvc-1")));
      PoolFixture.waitUntil(() -> pool.verdict(torn) instanceof Eligible);
      dieAfterTheFirstSlot(pool, torn.node());
      assertThat(pool.provision("pvc-2")).isInstanceOf(Provisioned.Uncertain.class);
      LoopDisk other = disk();
      disks.swap(torn, other);
      pull(torn);
      pool.devices.mend();
      pool.look();
      assertThat(pool.verdict(other)).isInstanceOf(Eligible.class);
      assertThat(pool.provision("pvc-2"))
          .isInstanceOfSatisfying(
              Provisioned.Uncertain.class,
              uncertain -> assertThat(uncertain.why()).contains("failed midway"));
      disks.reattach(torn);
      pool.look();
      assertThat(pool.provision("pvc-2")).isInstanceOf(Provisioned.Existing.class);
      assertThat(pool.record(torn).volume().csiName()).isEqualTo("pvc-2");
      assertThat(RunningPool.firstData(other, 0, DISK)).isEqualTo(-1);
    }
  }

  /** The next write to the disk's slot A is its last answer. */
  private static void dieAfterTheFirstSlot(RunningPool pool, Path disk) {
    AtomicBoolean dead = new AtomicBoolean();
    pool.devices.onEach(
        (operation, node, offset, length) -> {
          if (node.equals(disk) && dead.get()) {
            throw new KernelException("" + operation, node.toString(), Errno.EIO);
          }
          if (node.equals(disk) && operation == Operation.WRITE && offset == MIB) {
            dead.set(true);
          }
          return true;
        });
  }

  @Test
  void aFrozenDiskThatNobodyNamedHoldsUpNoDeleteButThatOfItsOwnVolume() throws IOException {
    LoopDisk named = disk();
    LoopDisk unnamed = disk();
    DiskRecord elsewhere;
    try (RunningPool pool = RunningPool.of(unnamed)) {
      elsewhere = pool.claim("pvc-unnamed");
    }
    LoopDisk copy = copyOf(unnamed);
    try (RunningPool pool = RunningPool.of(named)) {
      assertThat(pool.verdict(unnamed)).isInstanceOf(Verdict.Frozen.class);
      assertThat(pool.claims().release(new VolumeId("node-1", UUID.randomUUID())))
          .isInstanceOf(Released.Unknown.class);
      assertThat(pool.claims().release(pool.id(elsewhere))).isInstanceOf(Released.Uncertain.class);
      assertThat(pool.claims().find(pool.id(elsewhere))).isInstanceOf(Found.Uncertain.class);
      assertThat(pool.provision("pvc-unnamed")).isInstanceOf(Provisioned.Uncertain.class);
    }
    try (RunningPool pool = RunningPool.of(named, unnamed)) {
      assertThat(pool.verdict(copy)).isInstanceOf(Verdict.Frozen.class);
      assertThat(pool.claims().release(new VolumeId("node-1", UUID.randomUUID())))
          .isInstanceOf(Released.Uncertain.class);
    }
  }

  @Test
  void aDiskThatSomebodyOpensExclusivelyBetweenTwoCallsIsNotTaken() throws IOException {
    LoopDisk disk = disk();
    try (RunningPool pool = RunningPool.of(disk)) {
      try (BlockDevice other = pool.devices.open(disk.node(), Access.EXCLUSIVE_READ)) {
        assertThat(other.sizeBytes()).isEqualTo(DISK);
        assertThat(pool.provision("pvc-1")).isInstanceOf(Provisioned.NoDiskFits.class);
        pool.look();
        assertThat(pool.reasons(disk)).containsExactly(Code.BUSY);
        assertThat(RunningPool.firstData(disk, 0, DISK)).isEqualTo(-1);
      }
      pool.look();
      pool.claim("pvc-1");
    }
  }

  @Test
  void aBlankDiskThatSomebodyFormatsAndMountsBetweenTwoCallsIsNotTaken() throws Exception {
    LoopDisk disk = disk();
    Path mountPoint = disks.folder("theirs");
    try (RunningPool pool = RunningPool.of(disk)) {
      run("mkfs.ext4", "-q", disk.node().toString());
      assertNotTaken(pool, disk);
      run("mount", disk.node().toString(), mountPoint.toString());
      Files.writeString(mountPoint.resolve("file"), "theirs");
      assertThat(pool.provision("pvc-1")).isInstanceOf(Provisioned.NoDiskFits.class);
      pool.look();
      assertThat(pool.reasons(disk)).contains(Code.MOUNTED, Code.SIGNATURE);
      assertThat(mountPoint.resolve("file")).hasContent("theirs");
      run("umount", mountPoint.toString());
      pool.look();
      assertNotTaken(pool, disk);
    }
  }

  @Test
  void aFreeDiskThatSomebodyFormatsBetweenTwoCallsIsNotTaken() throws Exception {
    for (String filesystem : List.of("ext4", "xfs", "btrfs")) {
      LoopDisk disk = disks.create(512 * MIB, 512);
      try (RunningPool pool = RunningPool.of(disk)) {
        pool.claims().release(pool.id(pool.claim("pvc-1")));
        PoolFixture.waitUntil(() -> pool.verdict(disk) instanceof Eligible);
        String force = filesystem.equals("ext4") ? "-F" : "-f";
        run("mkfs." + filesystem, "-q", force, disk.node().toString());
        assertNotTaken(pool, disk);
        pool.look();
        assertNotTaken(pool, disk);
      }
      pull(disk);
    }
  }

  private static void assertNotTaken(RunningPool pool, LoopDisk disk) throws IOException {
    String before = disk.sha256();
    assertThat(pool.provision("pvc-new")).isInstanceOf(Provisioned.NoDiskFits.class);
    assertThat(disk.sha256()).isEqualTo(before);
  }

  @Test
  void aClaimedDiskWhoseVolumeSomebodyMountsIsNotReleased() throws Exception {
    LoopDisk disk = disk();
    Path mountPoint = disks.folder("theirs");
    try (RunningPool pool = RunningPool.of(disk)) {
      DiskRecord record = pool.claim("pvc-1");
      pool.claims().open(record.volume().volume()).close();
      run("mkfs.ext4", "-q", disk.partition(2).toString());
      run("mount", disk.partition(2).toString(), mountPoint.toString());
      Files.writeString(mountPoint.resolve("file"), "theirs");
      assertThat(pool.claims().release(pool.id(record)))
          .isInstanceOfSatisfying(
              Released.InUse.class,
              inUse -> assertThat(inUse.by()).contains(mountPoint.toString()));
      assertThat(pool.record(disk).state()).isEqualTo(State.CLAIMED);
      assertThat(mountPoint.resolve("file")).hasContent("theirs");
      run("umount", mountPoint.toString());
      assertThat(pool.claims().release(pool.id(record))).isInstanceOf(Released.Gone.class);
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
