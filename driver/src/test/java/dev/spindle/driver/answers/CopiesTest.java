package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A volume that is in use while a copy of its disk appears, and one whose disk goes and comes. */
@RequireRoot
final class CopiesTest {
  private static int scenarios;

  @RegisterExtension final LoopDisks loops = new LoopDisks();
  private LiveDriver driver;
  private Volume volume;
  private LoopDisk disk;

  @BeforeEach
  void start() throws IOException {
    driver = new LiveDriver(loops);
    disk = driver.disk(64);
    driver.start();
    volume = wanted(false);
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
    scenarios++;
    Proof.count("copies and returns of disks in use", scenarios, 1);
  }

  private Volume wanted(boolean block) throws IOException {
    return new Volume(
        "data", "", block, driver.folder("staging"), driver.folder("pod").resolve("target"));
  }

  /** A volume in use. */
  private void begin(boolean block) throws IOException {
    Volume wanted = wanted(block);
    volume =
        wanted.withId(
            driver
                .call(() -> driver.controller().createVolume(wanted.create().build()))
                .getVolume()
                .getVolumeId());
    assertThat(stage()).isEqualTo(Status.OK);
    assertThat(publish()).isEqualTo(Status.OK);
  }

  private Status stage() {
    return driver.status(() -> driver.node().nodeStageVolume(volume.stage().build()));
  }

  private Status publish() {
    return driver.status(() -> driver.node().nodePublishVolume(volume.publish().build()));
  }

  private Status unpublish() {
    return driver.status(
        () -> driver.node().nodeUnpublishVolume(volume.unpublish(volume.target())));
  }

  private Status unstage() {
    return driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage()));
  }

  private Status delete() {
    return driver.status(() -> driver.controller().deleteVolume(volume.delete()));
  }

  private Status create() {
    return driver.status(() -> driver.controller().createVolume(volume.create().build()));
  }

  /** As the pod does it: a file in a filesystem, or the first bytes of a device. */
  private void write(String text) throws IOException {
    if (!volume.block()) {
      Files.writeString(volume.target().resolve("file"), text);
      return;
    }
    try (RandomAccessFile device = new RandomAccessFile(volume.target().toFile(), "rw")) {
      device.writeUTF(text);
      device.getFD().sync();
    }
  }

  private void assertReads(String text) throws IOException {
    if (!volume.block()) {
      assertThat(volume.target().resolve("file")).hasContent(text);
      return;
    }
    try (RandomAccessFile device = new RandomAccessFile(volume.target().toFile(), "r")) {
      assertThat(device.readUTF()).isEqualTo(text);
    }
  }

  private static void assertRefused(Status status, Status.Code code, String... words) {
    assertThat(status.getCode()).as("%s", status).isEqualTo(code);
    assertThat(status.getDescription()).contains(words);
  }

  private void assertFrozen(LoopDisk frozen, LoopDisk by) throws IOException {
    driver.look();
    assertThat(driver.verdict(frozen)).isInstanceOf(Verdict.Frozen.class);
    assertThat(driver.verdict(frozen).reasons())
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.code()).isEqualTo(Code.DUPLICATE);
              assertThat(reason.message()).contains(by.name(), "Take one of them away");
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCopyOfADiskInUseFreezesBothAndThePodGoesOnAndEndsInPeace(boolean block) throws IOException {
    begin(block);
    write("before");
    Path file = driver.folder("copies").resolve("copy");
    Files.copy(disk.file(), file);
    LoopDisk copy = driver.mentioned(loops.attach(file, 512));
    String copied = copy.sha256();
    assertFrozen(disk, copy);
    assertFrozen(copy, disk);

    write("while frozen");
    assertReads("while frozen");
    assertRefused(stage(), Status.Code.UNAVAILABLE, disk.name());
    assertRefused(delete(), Status.Code.UNAVAILABLE, disk.name());
    assertRefused(create(), Status.Code.UNAVAILABLE, disk.name());
    assertThat(unpublish()).isEqualTo(Status.OK);
    assertThat(unstage()).isEqualTo(Status.OK);
    assertRefused(stage(), Status.Code.UNAVAILABLE, disk.name());
    assertRefused(delete(), Status.Code.UNAVAILABLE, disk.name());
    assertThat(copy.sha256()).isEqualTo(copied);

    driver.pull(copy);
    driver.look();
    assertThat(driver.verdict(disk)).isInstanceOf(Verdict.Ours.class);
    assertThat(stage()).isEqualTo(Status.OK);
    assertThat(publish()).isEqualTo(Status.OK);
    assertReads("while frozen");
    assertThat(unpublish()).isEqualTo(Status.OK);
    assertThat(unstage()).isEqualTo(Status.OK);
    assertThat(delete()).isEqualTo(Status.OK);
  }

  /** It has not seen the volume on one disk alone, nor staged it. */
  @Test
  void aDriverThatStartsWhileBothAreThereLetsThePodEndInPeaceToo() throws IOException {
    begin(false);
    write("before");
    driver.stop();
    Path file = driver.folder("copies").resolve("copy");
    Files.copy(disk.file(), file);
    LoopDisk copy = driver.mentioned(loops.attach(file, 512));
    driver.start();
    assertFrozen(disk, copy);
    assertRefused(delete(), Status.Code.UNAVAILABLE, disk.name());
    assertReads("before");
    assertThat(unpublish()).isEqualTo(Status.OK);
    assertThat(unstage()).isEqualTo(Status.OK);
    assertRefused(stage(), Status.Code.UNAVAILABLE, disk.name());
  }

  @Test
  void aDiskThatIsGoneIsLostWithAReasonAndItsVolumeWorksWhenItIsBack() throws IOException {
    begin(false);
    write("before");
    assertThat(unpublish()).isEqualTo(Status.OK);
    assertThat(unstage()).isEqualTo(Status.OK);
    String name = disk.name();
    driver.pull(disk);
    driver.mentioned(loops.create(64 * LiveDriver.MIB, 512));
    driver.look();
    assertRefused(stage(), Status.Code.UNAVAILABLE, name);
    assertRefused(delete(), Status.Code.UNAVAILABLE, name);
    assertRefused(create(), Status.Code.UNAVAILABLE, name);
    driver.mentioned(loops.reattach(disk));
    driver.look();
    assertThat(create()).isEqualTo(Status.OK);
    assertThat(stage()).isEqualTo(Status.OK);
    assertThat(publish()).isEqualTo(Status.OK);
    assertReads("before");
    assertThat(unpublish()).isEqualTo(Status.OK);
    assertThat(unstage()).isEqualTo(Status.OK);
    assertThat(delete()).isEqualTo(Status.OK);
  }
}
