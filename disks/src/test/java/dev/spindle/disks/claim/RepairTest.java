package dev.spindle.disks.claim;

import static dev.spindle.disks.claim.PoolFixture.MIB;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person's word over a disk of ours that is damaged, on real loop devices. */
class RepairTest {
  private static final int SLOT = 16 << 10;
  private static final byte[] ROT = new byte[512];

  /** A header of which only the start has come to the disk. */
  private static final byte[] TORN = Arrays.copyOf("EFI PART".getBytes(US_ASCII), 512);

  @RegisterExtension LoopDisks disks = new LoopDisks();

  private static Repair repair(PoolFixture fixture, Owner owner, LoopDisk... named) {
    List<DiskPattern> patterns =
        List.of(named).stream().map(disk -> DiskPattern.of(disk.node().toString())).toList();
    return new Repair(
        fixture.hardware, new Policy(owner, patterns, List.of(), 16 * MIB, true, false));
  }

  private static Repair repair(PoolFixture fixture, LoopDisk... named) {
    return repair(fixture, PoolFixture.OWNER, named);
  }

  private static Reason refusal(RepairPlan plan) {
    assertThat(plan).isInstanceOf(RepairPlan.Refused.class);
    return ((RepairPlan.Refused) plan).reasons().get(0);
  }

  /** A disk whose volume was formatted, as far as its record knows. */
  private static DiskRecord formatted(PoolFixture fixture) throws IOException {
    Provisioned made =
        fixture.claims().provision(PoolFixture.filesystem("pvc 1", FilesystemType.EXT4));
    DiskRecord record = ((Provisioned.Claimed) made).record();
    try (OpenVolume open = fixture.claims().open(PoolFixture.uuid(record))) {
      open.formatting();
      open.formatted();
      return open.record();
    }
  }

  @Test
  void aPlanWritesNothingAndOnlyThePlanIsWritten() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      fixture.claim("pvc-1", MIB);
      byte[] whole = Files.readAllBytes(disk.file());
      fixture.write(disk, 512, ROT);
      byte[] damaged = Files.readAllBytes(disk.file());
      RepairPlan plan = repair.plan(disk.node());
      assertThat(Files.readAllBytes(disk.file())).isEqualTo(damaged);
      repair.carryOut(plan);
      assertThat(Files.readAllBytes(disk.file())).isEqualTo(whole);
      assertThatThrownBy(() -> repair.carryOut(plan)).hasMessageContaining("look again");
    }
  }

  @Test
  void aDiskThatChangedSinceItWasShownIsNotWritten() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      fixture.claim("pvc-1", MIB);
      fixture.write(disk, 512, ROT);
      RepairPlan plan = repair.plan(disk.node());
      fixture.write(disk, 1024, ROT);
      byte[] damaged = Files.readAllBytes(disk.file());
      assertThatThrownBy(() -> repair.carryOut(plan)).hasMessageContaining("look again");
      assertThat(Files.readAllBytes(disk.file())).isEqualTo(damaged);
    }
  }

  @Test
  void aDiskInUseIsNotWritten() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      try (OpenVolume open = fixture.claims().open(PoolFixture.uuid(record))) {
        LoopFile.put(disk, 512, ROT);
        RepairPlan plan = repair.plan(disk.node());
        byte[] damaged = Files.readAllBytes(disk.file());
        assertThatThrownBy(() -> repair.carryOut(plan)).hasMessageContaining("in use");
        assertThat(Files.readAllBytes(disk.file())).isEqualTo(damaged);
        assertThat(open.device().sizeBytes()).isEqualTo(record.volume().capacityBytes());
      }
      repair.carryOut(repair.plan(disk.node()));
      assertThat(fixture.read(disk)).isInstanceOf(Reading.Joined.class);
    }
  }

  /** Damage below a disk, whoever has it open. */
  private static final class LoopFile {
    static void put(LoopDisk disk, long offset, byte[] bytes) throws IOException {
      try (java.io.RandomAccessFile file =
          new java.io.RandomAccessFile(disk.file().toFile(), "rw")) {
        file.seek(offset);
        file.write(bytes);
      }
    }
  }

  @Test
  void aSignatureOverOurOwnValidTableIsShownAndRemoved() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      fixture.claim("pvc-1", MIB);
      byte[] whole = Files.readAllBytes(disk.file());
      byte[] first = java.util.Arrays.copyOf(whole, 512);
      System.arraycopy("hsqs".getBytes(StandardCharsets.US_ASCII), 0, first, 0, 4);
      first[28] = 4;
      fixture.write(disk, 0, first);
      fixture.lookAgain();
      assertThat(fixture.reasons(disk)).containsExactly(Code.FOREIGN_DATA);
      RepairPlan.Restore plan = (RepairPlan.Restore) repair.plan(disk.node());
      assertThat(plan.restoration().pieces())
          .singleElement()
          .matches(piece -> piece.what().equals("protective MBR") && !piece.erased());
      repair.carryOut(plan);
      assertThat(Files.readAllBytes(disk.file())).isEqualTo(whole);
    }
  }

  @Test
  void aSignatureWithoutOurTableIsSomebodys() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      fixture.claim("pvc-1", MIB);
      byte[] first = new byte[1024];
      System.arraycopy("hsqs".getBytes(StandardCharsets.US_ASCII), 0, first, 0, 4);
      first[28] = 4;
      fixture.write(disk, 0, first);
      Reason refusal = refusal(repair.plan(disk.node()));
      assertThat(refusal.code()).isEqualTo(Code.SIGNATURE);
      assertThat(refusal.message()).contains("squashfs", "wipefs --all " + disk.node());
    }
  }

  @Test
  void aFreeDiskIsCompletedOnlyIfTheRestIsBlank() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      DiskRecord record = fixture.claim("pvc-1", MIB);
      fixture.claims().release(PoolFixture.id(record));
      PoolFixture.waitUntil(() -> fixture.eligible(disk));
      fixture.write(disk, 512, TORN);
      assertThat(repair.plan(disk.node())).isInstanceOf(RepairPlan.Restore.class);
      LoopFile.put(disk, 25 * MIB, new byte[] {1});
      Reason refusal = refusal(repair.plan(disk.node()));
      assertThat(refusal.code()).isEqualTo(Code.TOUCHED);
      assertThat(refusal.message()).contains("byte " + 25 * MIB, "spindle wipe " + disk.node());
    }
  }

  @Test
  void aCopyAndADiskOfAnotherOwnerAreNotRepaired() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk)) {
      fixture.claim("pvc-1", MIB);
      Path file = disks.folder("copies").resolve("copy");
      Files.copy(disk.file(), file);
      fixture.write(disk, 512, ROT);
      try (Repair elsewhere = repair(fixture, new Owner("test.spindle.dev", "node-2"), disk)) {
        assertThat(refusal(elsewhere.plan(disk.node())).code()).isEqualTo(Code.OTHER_OWNER);
      }
      LoopDisk copy = disks.attach(file, 512);
      try (Repair repair = repair(fixture, disk)) {
        Reason refusal = refusal(repair.plan(disk.node()));
        assertThat(refusal.code()).isEqualTo(Code.DUPLICATE);
        assertThat(refusal.message()).contains(copy.name());
      }
      disks.detach(copy);
      try (Repair unnamed = repair(fixture)) {
        assertThat(refusal(unnamed.plan(disk.node())).code()).isEqualTo(Code.NOT_NAMED);
      }
    }
  }

  @Test
  void aDiskThatIsNotOursOrNotDamagedIsLeftAlone() throws Exception {
    LoopDisk blank = disks.create(32 * MIB, 512);
    LoopDisk foreign = disks.create(32 * MIB, 512);
    Files.write(foreign.node(), new byte[] {1, 2, 3});
    try (PoolFixture fixture = new PoolFixture(blank, foreign);
        Repair repair = repair(fixture, blank, foreign)) {
      assertThat(refusal(repair.plan(blank.node())).message()).contains("as they should be");
      assertThat(refusal(repair.plan(foreign.node())).message()).contains("no record of ours");
      fixture.claim("pvc-1", MIB);
      assertThat(refusal(repair.plan(blank.node())).message()).contains("as they should be");
      assertThatThrownBy(() -> repair.plan(Path.of("/dev/nothing")))
          .hasMessageContaining("no /dev");
    }
  }

  @Test
  void aFormattedVolumeGoesBackToFormattingInBothSlotsAndNoOtherByteChanges() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk);
        Repair repair = repair(fixture, disk)) {
      DiskRecord record = formatted(fixture);
      byte[] before = Files.readAllBytes(disk.file());
      RepairPlan plan = repair.planFormatAgain(disk.node());
      assertThat(((RepairPlan.FormatAgain) plan).answer()).isEqualTo("pvc 1");
      assertThat(Files.readAllBytes(disk.file())).isEqualTo(before);
      repair.carryOut(plan);
      Reading.Joined now = (Reading.Joined) fixture.read(disk);
      assertThat(now.record()).isEqualTo(record.in(State.FORMATTING));
      assertThat(now.slotsAgree()).isTrue();
      byte[] after = Files.readAllBytes(disk.file());
      for (long slot : new long[] {MIB, MIB + (512 << 10)}) {
        System.arraycopy(before, (int) slot, after, (int) slot, SLOT);
      }
      assertThat(after).isEqualTo(before);
      assertThatThrownBy(() -> repair.carryOut(plan)).hasMessageContaining("look again");
      assertThat(refusal(repair.planFormatAgain(disk.node())).message())
          .contains("is formatted when it is staged next");
    }
  }

  @Test
  void aVolumeInUseOrWithoutAFilesystemIsNotFormattedAgain() throws Exception {
    LoopDisk disk = disks.create(32 * MIB, 512);
    LoopDisk other = disks.create(64 * MIB, 512);
    try (PoolFixture fixture = new PoolFixture(disk, other);
        Repair repair = repair(fixture, disk, other)) {
      assertThat(refusal(repair.planFormatAgain(disk.node())).message()).contains("no volume");
      DiskRecord record = formatted(fixture);
      fixture.claim("block", MIB);
      RepairPlan plan = repair.planFormatAgain(disk.node());
      try (OpenVolume open = fixture.claims().open(PoolFixture.uuid(record))) {
        assertThatThrownBy(() -> repair.carryOut(plan)).hasMessageContaining("in use");
        assertThat(open.record().state()).isEqualTo(State.FORMATTED);
      }
      assertThat(fixture.state(disk)).isEqualTo(State.FORMATTED);
      assertThat(refusal(repair.planFormatAgain(other.node())).message()).contains("block device");
    }
  }
}
