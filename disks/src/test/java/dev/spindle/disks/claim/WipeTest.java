package dev.spindle.disks.claim;

import static dev.spindle.disks.claim.PoolFixture.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person's word over a disk, on real loop devices. */
class WipeTest {
  @RegisterExtension LoopDisks disks = new LoopDisks();

  private static Wipe wipe(PoolFixture fixture, LoopDisk disk) {
    List<DiskPattern> patterns = List.of(DiskPattern.of(disk.node().toString()));
    Policy policy = new Policy(PoolFixture.OWNER, patterns, List.of(), 16 * MIB, true, false);
    return new Wipe(fixture.hardware, policy);
  }

  @Test
  void aDiskWithSomebodysDataJoinsScrubbedOnceItsFingerprintIsGivenBack() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    Files.write(disk.node(), new byte[] {1, 2, 3});
    try (PoolFixture fixture = new PoolFixture(disk)) {
      try (Wipe wipe = wipe(fixture, disk)) {
        WipePlan.Erase plan = (WipePlan.Erase) wipe.plan(disk.node(), false);
        assertThat(plan.answer()).matches("[0-9a-f]{8}");
        assertThat(plan.found()).singleElement().matches(found -> found.code() == Code.DATA);
        wipe.carryOut(plan, line -> {});
      }
      assertThat(fixture.state(disk)).isEqualTo(State.FREE);
      fixture.lookAgain();
      assertThat(fixture.eligible(disk)).isTrue();
    }
  }

  @Test
  void aDiskThatChangedSinceItWasShownIsNotErased() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    Files.write(disk.node(), new byte[] {1, 2, 3});
    try (PoolFixture fixture = new PoolFixture();
        Wipe wipe = wipe(fixture, disk)) {
      WipePlan plan = wipe.plan(disk.node(), false);
      Files.write(disk.node(), new byte[] {4});
      assertThatThrownBy(() -> wipe.carryOut(plan, line -> {})).hasMessageContaining("look again");
      assertThat(fixture.read(disk)).isInstanceOf(Reading.NotOurs.class);
    }
  }

  @Test
  void aVolumeIsEndedByItsNameAndOnlyWhileNobodyUsesIt() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      try (Wipe wipe = wipe(fixture, disk)) {
        WipePlan.EndVolume plan = (WipePlan.EndVolume) wipe.plan(disk.node(), false);
        assertThat(plan.answer()).isEqualTo("pvc-1");
        OpenVolume open = fixture.claims().open(PoolFixture.uuid(record));
        assertThatThrownBy(() -> wipe.carryOut(plan, line -> {})).hasMessageContaining("in use");
        open.close();
        List<String> lines = new ArrayList<>();
        wipe.carryOut(plan, lines::add);
      }
      assertThat(fixture.state(disk)).isEqualTo(State.FREE);
    }
  }

  @Test
  void aFreeDiskIsGivenBackBlank() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      fixture.claims().release(PoolFixture.id(record));
      try (Wipe wipe = wipe(fixture, disk)) {
        assertThat(wipe.plan(disk.node(), false)).isInstanceOf(WipePlan.Refused.class);
        wipe.carryOut(wipe.plan(disk.node(), true), line -> {});
      }
      assertThat(fixture.read(disk)).isInstanceOf(Reading.NotOurs.class);
      fixture.lookAgain();
      assertThat(fixture.eligible(disk)).isTrue();
    }
  }

  @Test
  void aDiskThatIsNotNamedOrIsMountedIsRefused() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    LoopDisk other = disks.create(64 * MIB, 512);
    Files.write(disk.node(), new byte[] {1, 2, 3});
    try (PoolFixture fixture = new PoolFixture();
        Wipe wipe = wipe(fixture, other)) {
      WipePlan plan = wipe.plan(disk.node(), false);
      assertThat(((WipePlan.Refused) plan).reasons())
          .singleElement()
          .matches(reason -> reason.code() == Code.NOT_NAMED);
      assertThatThrownBy(() -> wipe.carryOut(plan, line -> {})).hasMessageContaining("refused");
    }
  }

  @Test
  void aFrozenDiskThatIsNotNamedIsRefusedToo() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    LoopDisk other = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      fixture.claim("pvc-1", MIB);
      fixture.write(disk, MIB, new byte[512]);
      fixture.write(disk, MIB + (512 << 10), new byte[512]);
      try (Wipe wipe = wipe(fixture, other)) {
        assertThat(((WipePlan.Refused) wipe.plan(disk.node(), false)).reasons())
            .singleElement()
            .matches(reason -> reason.code() == Code.NOT_NAMED);
      }
    }
  }

  @Test
  void aFrozenDiskWhoseVolumeIsMountedIsRefused() throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      VolumeSpec wanted = PoolFixture.filesystem("pvc-1", FilesystemType.EXT4);
      DiskRecord record = ((Provisioned.Claimed) fixture.claims().provision(wanted)).record();
      try (OpenVolume open = fixture.claims().open(PoolFixture.uuid(record))) {
        fixture.filesystems.make(
            new NewFilesystem(FilesystemType.EXT4, record.diskGuid(), "pod", List.of(), List.of()),
            open.partition().node(),
            false);
        fixture
            .linux
            .mounts()
            .mount(open.partition().node(), disks.folder("pod"), "ext4", new MountOptions(0, ""));
      }
      freeze(disk);
      try (Wipe wipe = wipe(fixture, disk)) {
        assertThat(((WipePlan.Refused) wipe.plan(disk.node(), false)).reasons())
            .singleElement()
            .matches(reason -> reason.code() == Code.MOUNTED);
      }
    }
  }

  @Test
  void aFrozenDiskIsNotErasedUnderAProcessThatHasOpenedAPartitionSinceItWasShown()
      throws Exception {
    LoopDisk disk = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      freeze(disk);
      String before = disk.sha256();
      BlockDevices devices = fixture.linux.blockDevices();
      try (Wipe wipe = wipe(fixture, disk);
          BlockDevice whole = devices.open(disk.node(), Access.READ)) {
        WipePlan plan = wipe.plan(disk.node(), false);
        assertThat(plan).isInstanceOf(WipePlan.Erase.class);
        whole.addPartition(2, 2 * MIB, record.geometry().volume().lengthBytes());
        try (BlockDevice user = devices.open(disk.partition(2), Access.READ)) {
          assertThat(user.sizeBytes()).isPositive();
          assertThatThrownBy(() -> wipe.carryOut(plan, line -> {}))
              .hasMessageContaining("is in use, so nothing was written");
          assertThat(disk.sha256()).isEqualTo(before);
        }
        wipe.carryOut(plan, line -> {});
      }
      assertThat(fixture.state(disk)).isEqualTo(State.FREE);
    }
  }

  private static void freeze(LoopDisk disk) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.seek(64 << 10);
      file.write(1);
      file.getFD().sync();
    }
  }
}
