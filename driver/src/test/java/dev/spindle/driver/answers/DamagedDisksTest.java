package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.GetCapacityRequest;
import dev.spindle.disks.State;
import dev.spindle.disks.claim.Repair;
import dev.spindle.disks.claim.RepairPlan;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.driver.Wiring;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Disks of ours in every state, damaged in every part of what is ours on them: the driver recovers
 * what it has a second copy of, or does not touch the disk and says why; {@code spindle repair}
 * then brings back what follows from a valid record, and nothing else.
 */
@RequireRoot
final class DamagedDisksTest {
  /** What two copies of everything are for. */
  private static final Set<Damage> HEALS =
      EnumSet.of(Damage.SLOT_A, Damage.SLOT_B, Damage.SLOT_A_TORN_WHILE_A_NEWER_ONE_WAS_WRITTEN);

  private static final Set<Damage> OF_THE_BACKUP =
      EnumSet.of(Damage.BACKUP_HEADER, Damage.BACKUP_ENTRIES);

  /** What is on the disk then is somebody's, and not ours to overwrite. */
  private static final Set<Damage> BY_ANOTHER_OWNER =
      EnumSet.of(
          Damage.NEW_TABLE,
          Damage.MKFS_EXT4,
          Damage.MKFS_EXT4_KEEPING_THE_REST,
          Damage.MKFS_XFS_ON_THE_DISK_GROWN);

  /** On how many of the images each damage is tried, which between them see all images. */
  private static final int OF_EACH = Proof.deep() ? 7 : 3;

  @RegisterExtension static final LoopDisks LOOPS = new LoopDisks();
  private static final List<Image> IMAGES = new ArrayList<>();
  private static int tried;

  @BeforeAll
  static void makeImages() throws IOException {
    for (State state : State.values()) {
      IMAGES.add(Image.make(LOOPS, state, false, 512));
    }
    IMAGES.add(Image.make(LOOPS, State.CLAIMED, true, 512));
    IMAGES.add(Image.make(LOOPS, State.FORMATTED, false, 4096));
  }

  @AfterAll
  static void count() throws IOException {
    if (tried > OF_EACH) {
      Proof.count("our own disks damaged", tried, (long) OF_EACH * Damage.values().length);
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void aDamagedDiskIsRecoveredOrRefusedAndWhatIsOnItStays(Damage damage) throws IOException {
    for (int number = 0; number < OF_EACH; number++) {
      Image image = IMAGES.get(tried % IMAGES.size());
      LoopDisk disk = image.attach(LOOPS, damage.grownTo());
      try (LiveDriver driver = new LiveDriver(LOOPS, image.owner())) {
        driver.named(disk);
        damage.inflict(disk);
        try {
          new Case(image, damage, disk, driver).check();
        } finally {
          driver.stop();
          driver.pull(disk);
        }
        Files.delete(disk.file());
        tried++;
      } catch (AssertionError | IOException | RuntimeException failed) {
        throw new AssertionError(damage + " on a disk in " + image, failed);
      }
    }
  }

  /** One damage to one disk. */
  private record Case(Image image, Damage damage, LoopDisk disk, LiveDriver driver) {
    void check() throws IOException {
      String damaged = disk.sha256();
      driver.start();
      driver.awaitAnswerOf(disk);
      Verdict verdict = driver.verdict(disk);
      if (HEALS.contains(damage)) {
        healed();
      } else if (OF_THE_BACKUP.contains(damage)) {
        withoutBackup(verdict, damaged);
      } else if (verdict instanceof Eligible) {
        // A free disk whose first MiB is zero again is what an interrupted joining leaves.
        assertThat(image.state()).isEqualTo(State.FREE);
        assertThat(driver.read(disk)).isInstanceOf(Reading.RecordOnly.class);
        assertTheVolumeIsGone();
      } else {
        refused(verdict, damaged);
      }
    }

    private void healed() throws IOException {
      if (image.state() == State.FREE || image.state() == State.SCRUBBING) {
        LiveDriver.await("the scrub", () -> driver.verdict(disk) instanceof Eligible);
        assertThat(driver.record(disk).state()).isEqualTo(State.FREE);
      } else {
        assertThat(driver.record(disk).state()).isEqualTo(image.state());
        image.assertUsable(driver);
      }
      assertThat(((Reading.Joined) driver.read(disk)).slotsAgree()).isTrue();
      assertTheVolumeEnds();
    }

    private void withoutBackup(Verdict verdict, String damaged) throws IOException {
      if (image.state() == State.FREE) {
        assertThat(verdict).isInstanceOf(Verdict.Ineligible.class);
        assertNothingIsTaken(verdict, damaged);
      } else if (image.state() == State.SCRUBBING) {
        LiveDriver.await("the scrub", () -> stoppedScrub(driver.verdict(disk)));
      } else {
        image.assertUsable(driver);
      }
      driver.stop();
      repair();
      driver.start();
      if (image.state() == State.FREE || image.state() == State.SCRUBBING) {
        LiveDriver.await("the scrub", () -> driver.verdict(disk) instanceof Eligible);
      } else {
        image.assertUsable(driver);
      }
      assertTheVolumeEnds();
    }

    private static boolean stoppedScrub(Verdict verdict) {
      return verdict instanceof Verdict.Ours ours
          && ours.record().scrub() != null
          && !ours.record().scrub().lastError().isEmpty();
    }

    private void refused(Verdict verdict, String damaged) throws IOException {
      assertNothingIsTaken(verdict, damaged);
      if (verdict instanceof Verdict.Frozen) {
        assertTheVolumeIsNotGone();
      } else {
        // There was none, or somebody else has the disk and no record of it is left.
        assertThat(!image.state().holdsVolume() || BY_ANOTHER_OWNER.contains(damage)).isTrue();
        assertTheVolumeIsGone();
        assertThat(disk.sha256()).isEqualTo(damaged);
      }
      assertThat(codes(verdict)).containsAnyElementsOf(expected(verdict));
      driver.stop();
      assertThat(disk.sha256()).isEqualTo(damaged);
      if (damage == Damage.BOTH_SLOTS || BY_ANOTHER_OWNER.contains(damage)) {
        assertNotRepaired(damaged);
      } else {
        repair();
        assertThat(Files.mismatch(disk.file(), image.file())).isEqualTo(-1);
        assertBack();
      }
    }

    private List<Code> expected(Verdict verdict) {
      if (!(verdict instanceof Verdict.Frozen)) {
        return List.of(Code.SIGNATURE, Code.DATA);
      }
      return switch (damage) {
        case BOTH_SLOTS -> List.of(Code.NO_VALID_RECORD);
        case PROTECTIVE_MBR, STRAY_BYTES_IN_THE_FIRST_MIB -> List.of(Code.FOREIGN_DATA);
        default -> List.of(Code.PRIMARY_TABLE_BAD);
      };
    }

    private void assertNothingIsTaken(Verdict verdict, String damaged) throws IOException {
      String why = verdict.reasons().get(0).message();
      assertThat(listed().verdict().reasons()).isEqualTo(verdict.reasons());
      assertThat(
              driver
                  .call(
                      () ->
                          driver.controller().getCapacity(GetCapacityRequest.getDefaultInstance()))
                  .getAvailableCapacity())
          .isZero();
      Volume another =
          new Volume("another", "", false, driver.folder("staging"), driver.folder("pod"));
      Status status =
          driver.status(() -> driver.controller().createVolume(another.create().build()));
      assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(status.getDescription()).contains(disk.name() + ": " + why);
      assertThat(disk.sha256()).isEqualTo(damaged);
    }

    private Status delete() throws IOException {
      Volume volume = image.volume(driver);
      return driver.status(() -> driver.controller().deleteVolume(volume.delete()));
    }

    private void assertTheVolumeIsGone() throws IOException {
      assertThat(delete()).isEqualTo(Status.OK);
    }

    private void assertTheVolumeEnds() throws IOException {
      assertTheVolumeIsGone();
      LiveDriver.await("the scrub", () -> driver.verdict(disk) instanceof Eligible);
      assertThat(driver.record(disk).state()).isEqualTo(State.FREE);
    }

    private void assertTheVolumeIsNotGone() throws IOException {
      Status deleted = delete();
      assertThat(deleted.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(deleted.getDescription()).contains(disk.name(), "spindle repair " + disk.node());
      Volume volume = image.volume(driver);
      Status staged = driver.status(() -> driver.node().nodeStageVolume(volume.stage().build()));
      assertThat(staged.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private Examined listed() throws IOException {
      return Wiring.look(driver.policy()).stream()
          .filter(examined -> examined.name().equals(disk.name()))
          .findFirst()
          .orElseThrow();
    }

    private RepairPlan plan(Repair repair) throws IOException {
      RepairPlan plan = repair.plan(disk.node());
      return codes(plan.disk().verdict()).contains(Code.SILENT) ? plan(repair) : plan;
    }

    private void assertNotRepaired(String damaged) throws IOException {
      try (Repair repair = Wiring.repair(driver.policy())) {
        RepairPlan plan = plan(repair);
        assertThat(plan).isInstanceOf(RepairPlan.Refused.class);
        assertThat(((RepairPlan.Refused) plan).reasons().get(0).message())
            .containsAnyOf("spindle wipe", "wipefs --all");
        assertThatThrownBy(() -> repair.carryOut(plan)).hasMessageContaining("refused");
      }
      assertThat(disk.sha256()).isEqualTo(damaged);
    }

    private void repair() throws IOException {
      String before = disk.sha256();
      try (Repair repair = Wiring.repair(driver.policy())) {
        RepairPlan plan = plan(repair);
        assertThat(plan).isInstanceOf(RepairPlan.Restore.class);
        assertThat(disk.sha256()).isEqualTo(before);
        repair.carryOut(plan);
        assertThat(((RepairPlan.Refused) plan(repair)).reasons())
            .singleElement()
            .matches(reason -> reason.message().contains("as they should be"));
      }
    }

    private void assertBack() throws IOException {
      driver.start();
      if (image.state() == State.FREE || image.state() == State.SCRUBBING) {
        LiveDriver.await("the scrub", () -> driver.verdict(disk) instanceof Eligible);
      } else if (image.holdsData()) {
        image.assertUsable(driver);
      } else {
        assertThat(driver.verdict(disk)).isInstanceOf(Verdict.Ours.class);
      }
      assertTheVolumeEnds();
    }

    private static List<Code> codes(Verdict verdict) {
      return verdict.reasons().stream().map(Reason::code).toList();
    }
  }
}
