package dev.spindle.disks.claim;

import static dev.spindle.disks.claim.PoolFixture.MIB;
import static dev.spindle.disks.claim.PoolFixture.block;
import static dev.spindle.disks.claim.PoolFixture.filesystem;
import static dev.spindle.disks.claim.PoolFixture.id;
import static dev.spindle.disks.claim.PoolFixture.uuid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The life of volumes on real loop devices, up to the partition; filesystems are the node module's.
 */
class DiskPoolTest {
  @RegisterExtension LoopDisks disks = new LoopDisks();

  @Test
  void aVolumeIsClaimedFoundAgainAfterARestartReleasedAndScrubbed() throws Exception {
    for (int sector : new int[] {512, 4096}) {
      LoopDisk disk = disks.create(64 * MIB, sector);
      try (PoolFixture fixture = new PoolFixture(disk)) {
        DiskRecord record = fixture.claim("pvc-1", 10 * MIB);
        assertThat(record.volume().capacityBytes()).isEqualTo(60 * MIB);
        assertThat(fixture.state(disk)).isEqualTo(State.CLAIMED);
        try (OpenVolume open = fixture.claims().open(uuid(record))) {
          assertThat(open.device().sizeBytes()).isEqualTo(60 * MIB);
          Files.write(open.partition().node(), new byte[] {1, 2, 3});
        }
        fixture.restart();
        assertThat(fixture.claims().find(id(record))).isInstanceOf(Found.Volume.class);
        assertThat(fixture.claims().provision(block("pvc-1", 10 * MIB)))
            .isEqualTo(new Provisioned.Existing(record));
        assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Gone.class);
        assertThat(fixture.state(disk)).isEqualTo(State.FREE);
        assertThat(fixture.eligible(disk)).isTrue();
        assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Unknown.class);
        assertThat(fixture.claims().find(id(record))).isInstanceOf(Found.Missing.class);
        assertVolumeIsZero(disk, fixture);
      }
    }
  }

  private static void assertVolumeIsZero(LoopDisk disk, PoolFixture fixture) throws IOException {
    try (BlockDevice open = fixture.linux.blockDevices().open(disk.node(), Access.READ)) {
      for (long offset = 2 * MIB; offset < 62 * MIB; offset += MIB) {
        assertThat(open.read(offset, (int) MIB)).containsOnly(0);
      }
    }
  }

  @Test
  void theSmallestDiskThatFitsIsTaken() throws Exception {
    LoopDisk large = disks.create(96 * MIB, 512);
    LoopDisk small = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(large, small)) {
      fixture.claim("pvc-1", 10 * MIB);
      assertThat(fixture.state(small)).isEqualTo(State.CLAIMED);
      assertThat(fixture.claims().capacity(ClassParameters.parse(Map.of())))
          .isEqualTo(new Capacity(92 * MIB, 92 * MIB));
      Provisioned none = fixture.claims().provision(block("pvc-2", 93 * MIB));
      assertThat(none).isInstanceOf(Provisioned.NoDiskFits.class);
      assertThat(((Provisioned.NoDiskFits) none).refusals())
          .anySatisfy(
              refusal -> {
                assertThat(refusal.disk()).isEqualTo(large.name());
                assertThat(refusal.reasons().get(0).code()).isEqualTo(Code.DOES_NOT_FIT);
              });
    }
  }

  @Test
  void aNameIsOneVolumeAndADifferentRequestForItIsAConflict() throws Exception {
    LoopDisk one = disks.create(64 * MIB, 512);
    LoopDisk two = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(one, two)) {
      fixture.claim("pvc-1", 10 * MIB);
      assertThat(fixture.claims().provision(filesystem("pvc-1", FilesystemType.EXT4)))
          .isInstanceOf(Provisioned.Conflict.class);
      assertThat(fixture.claims().provision(block("pvc-1", 61 * MIB)))
          .isInstanceOf(Provisioned.Conflict.class);
    }
  }

  @Test
  void aSingleStrayByteAnywhereThatIsLookedAtKeepsADiskFromBeingTakenAndItStaysAsItWas()
      throws Exception {
    long size = 64 * MIB;
    for (long at : new long[] {0, 511, 5000, 16 * MIB - 1, size - 16 * MIB, size - 1}) {
      LoopDisk disk = disks.create(size, 512);
      put(disk, at, (byte) 1);
      String before = disk.sha256();
      try (PoolFixture fixture = new PoolFixture(disk)) {
        assertThat(fixture.reasons(disk)).containsExactly(Code.DATA);
        assertThat(fixture.claims().provision(block("pvc-1", MIB)))
            .isInstanceOf(Provisioned.NoDiskFits.class);
      }
      assertThat(disk.sha256()).isEqualTo(before);
    }
  }

  private static void put(LoopDisk disk, long at, byte value) throws IOException {
    try (java.io.RandomAccessFile file =
        new java.io.RandomAccessFile(disk.node().toFile(), "rws")) {
      file.seek(at);
      file.write(value);
    }
  }

  @Test
  void dataWrittenAfterTheFirstLookIsFoundBeforeJoining() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      assertThat(fixture.eligible(disk)).isTrue();
      put(disk, 3 * MIB, (byte) 7);
      assertThat(fixture.claims().provision(block("pvc-1", MIB)))
          .isInstanceOf(Provisioned.NoDiskFits.class);
      assertThat(fixture.read(disk)).isInstanceOf(Reading.NotOurs.class);
    }
  }

  @Test
  void aRecordWithoutATableOnADiskThatSomebodyFormattedSinceIsLeftAlone() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      fixture.claims().release(id(record));
    }
    try (PoolFixture outside = new PoolFixture()) {
      outside.write(disk, 0, new byte[(int) MIB]);
    }
    run("mkfs.ext4", "-q", "-F", disk.node().toString());
    String before = disk.sha256();
    try (PoolFixture fixture = new PoolFixture(disk)) {
      assertThat(fixture.eligible(disk)).isFalse();
      assertThat(fixture.reasons(disk)).contains(Code.SIGNATURE);
      assertThat(fixture.claims().provision(block("pvc-2", MIB)))
          .isInstanceOf(Provisioned.NoDiskFits.class);
    }
    assertThat(disk.sha256()).isEqualTo(before);
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void deletingAVolumeThatIsNotFoundIsUncertainWhileADiskIsFrozen() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    LoopDisk other = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk, other)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      VolumeId unknown = new VolumeId("node-1", UUID.randomUUID());
      assertThat(fixture.claims().release(unknown)).isInstanceOf(Released.Unknown.class);
      LoopDisk broken = fixture.eligible(disk) ? other : disk;
      fixture.write(broken, MIB, new byte[(int) MIB]);
      fixture.restart();
      assertThat(fixture.examined(broken).verdict()).isInstanceOf(Verdict.Frozen.class);
      assertThat(fixture.reasons(broken)).containsExactly(Code.NO_VALID_RECORD);
      assertThat(fixture.claims().release(unknown)).isInstanceOf(Released.Uncertain.class);
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Uncertain.class);
      assertThat(fixture.claims().find(id(record))).isInstanceOf(Found.Uncertain.class);
      assertThat(fixture.claims().release(new VolumeId("node-2", UUID.randomUUID())))
          .isEqualTo(new Released.Elsewhere("node-2"));
    }
  }

  @Test
  void aVolumeWhoseDiskVanishedIsLostWithAReasonAndNoEmptyOneTakesItsPlace() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    LoopDisk other = disks.create(96 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk, other)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      disks.detach(disk);
      fixture.lookAgain();
      assertThat(fixture.claims().find(id(record))).isInstanceOf(Found.Uncertain.class);
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Uncertain.class);
      assertThat(fixture.claims().provision(block("pvc-1", MIB)))
          .isInstanceOf(Provisioned.Uncertain.class);
    }
  }

  @Test
  void oneRottenSlotChangesNothing() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    for (long slot : new long[] {MIB, MIB + MIB / 2}) {
      try (PoolFixture fixture = new PoolFixture(disk)) {
        DiskRecord record = fixture.claim("pvc-1", MIB);
        fixture.claims().open(uuid(record)).close();
        fixture.pool().close();
        deletePartitions(fixture, disk);
        fixture.write(disk, slot, new byte[512]);
        fixture.restart();
        assertThat(fixture.claims().find(id(record))).isInstanceOf(Found.Volume.class);
        assertThat(((Reading.Joined) fixture.read(disk)).slotsAgree()).isTrue();
        fixture.claims().release(id(record));
      }
    }
  }

  private static void deletePartitions(PoolFixture fixture, LoopDisk disk) throws IOException {
    try (BlockDevice whole = fixture.linux.blockDevices().open(disk.node(), Access.READ)) {
      new Partitions(fixture.hardware).delete(whole);
    }
  }

  @Test
  void aCopyOfAClaimedDiskFreezesBothAndTakingItAwayThawsTheOriginal() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    LoopDisk copy = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk, copy)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      LoopDisk original = fixture.eligible(disk) ? copy : disk;
      LoopDisk twin = original == disk ? copy : disk;
      try (var output = Files.newOutputStream(twin.node())) {
        Files.copy(original.node(), output);
      }
      fixture.lookAgain();
      assertThat(fixture.reasons(original)).containsExactly(Code.DUPLICATE);
      assertThat(fixture.reasons(twin)).containsExactly(Code.DUPLICATE);
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Uncertain.class);
      disks.detach(twin);
      fixture.lookAgain();
      assertThat(fixture.claims().find(id(record))).isInstanceOf(Found.Volume.class);
    }
  }

  @Test
  void aVolumeThatAProcessHasOpenIsNotReleased() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      Path node;
      try (OpenVolume open = fixture.claims().open(uuid(record))) {
        node = open.partition().node();
      }
      try (var user = Files.newInputStream(node)) {
        assertThat(user.read()).isZero();
        assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.InUse.class);
        assertThat(fixture.state(disk)).isEqualTo(State.CLAIMED);
      }
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Gone.class);
    }
  }

  @Test
  void aLoopDeviceOverOneOfOurVolumesIsNeitherClaimedNorBelieved() throws Exception {
    LoopDisk disk = disks.create(128 * MIB, 512);
    LoopDisk forged = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(forged)) {
      fixture.claim("forged", MIB);
    }
    try (PoolFixture fixture = new PoolFixture(disk)) {
      Provisioned.Claimed claimed =
          (Provisioned.Claimed)
              fixture.claims().provision(filesystem("pvc-1", FilesystemType.EXT4));
      Path mountPoint = disks.folder("volume");
      try (OpenVolume open = fixture.claims().open(uuid(claimed.record()))) {
        open.formatting();
        fixture.filesystems.make(
            new NewFilesystem(
                FilesystemType.EXT4, uuid(claimed.record()), "", List.of(), List.of()),
            open.partition().node(),
            false);
        open.formatted();
        fixture
            .linux
            .mounts()
            .mount(open.partition().node(), mountPoint, "ext4", new MountOptions(0, ""));
      }
      Path tenants = mountPoint.resolve("image");
      Files.copy(forged.file(), tenants);
      disks.detach(forged);
      LoopDisk overFile = disks.attach(tenants, 512);
      LoopDisk overPartition = disks.attach(disk.partition(2), 512);
      try (PoolFixture watching = new PoolFixture(disk, overFile, overPartition)) {
        for (LoopDisk loop : new LoopDisk[] {overFile, overPartition}) {
          assertThat(watching.examined(loop).verdict()).isInstanceOf(Verdict.Ineligible.class);
          assertThat(watching.reasons(loop)).contains(Code.LOOP_BACKING);
        }
        assertThat(watching.claims().volumes()).containsExactly(state(claimed, watching));
      }
      disks.detach(overFile);
      disks.detach(overPartition);
    }
  }

  private static DiskRecord state(Provisioned.Claimed claimed, PoolFixture fixture) {
    // A busy machine may keep a disk waiting for its 10 seconds.
    PoolFixture.waitUntil(
        () -> fixture.claims().find(id(claimed.record())) instanceof Found.Volume);
    return ((Found.Volume) fixture.claims().find(id(claimed.record()))).record();
  }

  @Test
  void aScrubThatWasStoppedGoesOnAfterARestart() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      fixture.pool().close();
      try (BlockDevice held = fixture.linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
        held.write(50 * MIB, new byte[512]);
        Reading.Joined joined = (Reading.Joined) fixture.read(disk);
        dev.spindle.disks.ledger.Ledger.write(
            held, MIB, Releasing.scrubbing(record), joined.sequence() + 1);
      }
      fixture.restart();
      PoolFixture.waitUntil(() -> fixture.eligible(disk));
      assertThat(fixture.claims().release(id(record))).isInstanceOf(Released.Unknown.class);
    }
  }

  @Test
  void theLimitOfARangeHoldsToo() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      VolumeSpec wanted = block("pvc-1", 0);
      VolumeSpec limited =
          new VolumeSpec(
              "pvc-1",
              new SizeRange(0, 59 * MIB),
              wanted.accessType(),
              null,
              wanted.parameters(),
              wanted.origin());
      assertThat(fixture.claims().provision(limited)).isInstanceOf(Provisioned.NoDiskFits.class);
    }
  }
}
