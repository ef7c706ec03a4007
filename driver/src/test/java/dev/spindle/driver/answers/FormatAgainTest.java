package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.disks.claim.Repair;
import dev.spindle.disks.claim.RepairPlan;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.driver.Wiring;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A formatted volume whose filesystem is gone, and disks that came back as others. */
@RequireRoot
final class FormatAgainTest {
  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private static Status stage(LiveDriver driver, Volume volume) {
    return driver.status(() -> driver.node().nodeStageVolume(volume.stage().build()));
  }

  private static Status unstage(LiveDriver driver, Volume volume) {
    return driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage()));
  }

  @Test
  void onlyAPersonHasAVolumeFormattedAgainAndOnlyWhileItIsNotStaged() throws IOException {
    Image image = Image.make(loops, State.FORMATTED, false, 512);
    LoopDisk disk = image.attach(loops, 0);
    try (LiveDriver driver = new LiveDriver(loops, image.owner())) {
      driver.named(disk);
      driver.start();
      Volume volume = image.volume(driver);
      assertThat(stage(driver, volume)).isEqualTo(Status.OK);
      try (Repair repair = Wiring.repair(driver.policy())) {
        RepairPlan plan = repair.planFormatAgain(disk.node());
        assertThat(((RepairPlan.Refused) plan).reasons())
            .extracting(Reason::code)
            .contains(Reason.Code.MOUNTED);
      }
      assertThat(unstage(driver, volume)).isEqualTo(Status.OK);
      LiveDriver.damage(disk, 2 * LiveDriver.MIB, new byte[(int) LiveDriver.MIB]);
      for (int time = 0; time < 2; time++) {
        String before = disk.sha256();
        Status refused = stage(driver, volume);
        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains("nothing that can", "--format-again");
        assertThat(disk.sha256()).isEqualTo(before);
        driver.restart();
      }
      try (Repair repair = Wiring.repair(driver.policy())) {
        RepairPlan plan = repair.planFormatAgain(disk.node());
        assertThat(((RepairPlan.FormatAgain) plan).answer()).isEqualTo(volume.name());
        repair.carryOut(plan);
      }
      assertThat(stage(driver, volume)).isEqualTo(Status.OK);
      assertThat(driver.record(disk).state()).isEqualTo(State.FORMATTED);
      assertThat(volume.staging().resolve("file")).doesNotExist();
      assertThat(unstage(driver, volume)).isEqualTo(Status.OK);
    }
  }

  @Test
  void aLargerDiskIsUsedAndASmallerOrOneWithOtherSectorsIsNotRepaired() throws IOException {
    Image image = Image.make(loops, State.FORMATTED, false, 512);
    LoopDisk larger = image.attach(loops, 40);
    try (LiveDriver driver = new LiveDriver(loops, image.owner())) {
      driver.named(larger);
      driver.start();
      image.assertUsable(driver);
      driver.stop();
      driver.pull(larger);
    }
    LoopDisk smaller = image.attach(loops, 12);
    assertFrozenForGood(image, smaller);
    LoopDisk other = image.attach(loops, 0);
    loops.detach(other);
    assertFrozenForGood(image, loops.attach(other.file(), 4096));
  }

  private void assertFrozenForGood(Image image, LoopDisk disk) throws IOException {
    try (LiveDriver driver = new LiveDriver(loops, image.owner())) {
      driver.named(disk);
      driver.start();
      String before = disk.sha256();
      assertThat(driver.verdict(disk)).isInstanceOf(Verdict.Frozen.class);
      assertThat(stage(driver, image.volume(driver)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      try (Repair repair = Wiring.repair(driver.policy())) {
        assertThat(((RepairPlan.Refused) repair.plan(disk.node())).reasons())
            .singleElement()
            .matches(reason -> reason.code() == Reason.Code.GEOMETRY_CHANGED);
      }
      assertThat(disk.sha256()).isEqualTo(before);
      driver.stop();
      driver.pull(disk);
      Files.delete(disk.file());
    }
  }

  @Test
  void aFileCutShortUnderAMountedDiskIsNoLicenceToFormat() throws IOException {
    Image image = Image.make(loops, State.FORMATTED, false, 512);
    LoopDisk disk = image.attach(loops, 0);
    try (LiveDriver driver = new LiveDriver(loops, image.owner())) {
      driver.named(disk);
      driver.start();
      try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
        file.setLength(2 * LiveDriver.MIB + 4096);
      }
      Status refused = stage(driver, image.volume(driver));
      assertThat(refused.isOk()).isFalse();
      assertThat(Files.size(disk.file())).isEqualTo(2 * LiveDriver.MIB + 4096);
    }
  }
}
