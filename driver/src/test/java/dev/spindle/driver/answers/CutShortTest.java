package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetCapacityRequest;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks whose file is cut short under the running driver, so that every read behind the cut fails;
 * and that have their length again later, with zeroes where data were (rule R2).
 */
@RequireRoot
final class CutShortTest {
  private static final long DISK = 64 * LiveDriver.MIB;
  private static final String TEXT = "what the pod wrote";

  @RegisterExtension final LoopDisks loops = new LoopDisks();
  private LiveDriver driver;

  /** The one that is cut short, and chosen before the other. */
  private LoopDisk disk;

  private LoopDisk other;

  @BeforeEach
  void start() throws IOException {
    driver = new LiveDriver(loops);
    disk = driver.disk(DISK / LiveDriver.MIB);
    other = driver.disk(96);
    driver.start();
    awaitAnswers();
  }

  private void look() throws IOException {
    driver.look();
    awaitAnswers();
  }

  private void awaitAnswers() {
    driver.awaitAnswerOf(disk);
    driver.awaitAnswerOf(other);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private Volume volume(String name) throws IOException {
    return new Volume(
        name, "", false, driver.folder("staging-" + name), driver.folder(name).resolve("target"));
  }

  private Status create(Volume wanted) {
    return driver.status(() -> driver.controller().createVolume(wanted.create().build()));
  }

  private Volume created(String name) throws IOException {
    Volume wanted = volume(name);
    return wanted.withId(
        driver
            .call(() -> driver.controller().createVolume(wanted.create().build()))
            .getVolume()
            .getVolumeId());
  }

  private Status stage(Volume volume) {
    return driver.status(() -> driver.node().nodeStageVolume(volume.stage().build()));
  }

  private Status unstage(Volume volume) {
    return driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage()));
  }

  private Status delete(Volume volume) {
    return driver.status(() -> driver.controller().deleteVolume(volume.delete()));
  }

  /** A volume that is staged, with a file in it that has reached the disk. */
  private Volume written(String name) throws IOException {
    Volume volume = created(name);
    assertThat(stage(volume)).isEqualTo(Status.OK);
    try (FileChannel file =
        FileChannel.open(
            volume.staging().resolve("file"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(TEXT.getBytes(StandardCharsets.UTF_8)));
      file.force(true);
    }
    return volume;
  }

  private void setLength(long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  private long capacity() {
    return driver
        .call(() -> driver.controller().getCapacity(GetCapacityRequest.getDefaultInstance()))
        .getAvailableCapacity();
  }

  private void assertRefused(Status status) {
    assertThat(status.isOk()).as("" + status).isFalse();
    assertThat(status.getDescription()).contains(disk.name());
  }

  /** The disk is cut short since the driver has looked at it, and is about to be claimed. */
  private void assertNotClaimed(long length) throws IOException {
    setLength(length);
    Volume elsewhere = created("elsewhere");
    assertThat(driver.record(other).claim()).isNotNull();
    assertRefused(create(volume("wanted")));
    look();
    assertThat(driver.verdict(disk)).isInstanceOf(Verdict.Unreadable.class);
    assertThat(capacity()).isZero();
    assertRefused(create(volume("wanted")));
    assertThat(Files.size(disk.file())).as("nothing was written to it").isEqualTo(length);
    assertThat(stage(elsewhere)).isEqualTo(Status.OK);
    assertThat(unstage(elsewhere)).isEqualTo(Status.OK);
    setLength(DISK);
    look();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 32 << 20, (64 << 20) - 4096})
  void aBlankDiskThatIsCutShortIsNotClaimedAndIsOnceItIsWholeAgain(long length) throws IOException {
    assertNotClaimed(length);
    Volume volume = created("wanted");
    assertThat(driver.record(disk).volume().csiName()).isEqualTo("wanted");
    assertThat(stage(volume)).isEqualTo(Status.OK);
    assertThat(unstage(volume)).isEqualTo(Status.OK);
  }

  /** Nothing, the table without a record, and all but the backup table are left of it. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20, 32 << 20})
  void aFreeDiskThatIsCutShortIsNotClaimed(long length) throws IOException {
    assertThat(delete(created("before"))).isEqualTo(Status.OK);
    LiveDriver.await("the scrub", () -> driver.verdict(disk) instanceof Eligible);
    assertNotClaimed(length);
    if (length == 0) {
      assertThat(create(volume("wanted"))).isEqualTo(Status.OK);
      assertThat(driver.record(disk).volume().csiName()).isEqualTo("wanted");
    } else {
      Path before = Files.copy(disk.file(), driver.folder("copies").resolve("before"));
      assertRefused(create(volume("wanted")));
      assertThat(Files.mismatch(before, disk.file())).isEqualTo(-1);
    }
  }

  /** Nothing, the table, slot A too, the record too, and half of the disk are left of it. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20, 5 << 18, 2 << 20, 32 << 20})
  void aStagedDiskThatIsCutShortIsNeverFormattedAgain(long length) throws IOException {
    Volume volume = written("data");
    Volume beside = written("beside");
    setLength(length);
    look();
    assertThat(driver.verdict(disk)).isInstanceOf(Verdict.Unreadable.class);
    assertRefused(create(volume));
    assertRefused(create(volume("third")));
    assertRefused(delete(volume));
    assertRefused(stage(volume));
    assertThat(unstage(volume)).isEqualTo(Status.OK);
    assertRefused(stage(volume));
    // The filesystem may have written behind the cut when it was unmounted.
    setLength(length);
    setLength(DISK);
    look();
    assertNotFormattedAgain(volume, length);
    driver.restart();
    awaitAnswers();
    assertNotFormattedAgain(volume, length);
    assertThat(beside.staging().resolve("file")).hasContent(TEXT);
    assertThat(unstage(beside)).isEqualTo(Status.OK);
    assertThat(stage(beside)).isEqualTo(Status.OK);
    assertThat(beside.staging().resolve("file")).hasContent(TEXT);
    assertThat(unstage(beside)).isEqualTo(Status.OK);
  }

  private void assertNotFormattedAgain(Volume volume, long length) throws IOException {
    byte[] seed = seedOfHashes();
    assertThat(driver.verdict(disk)).isNotInstanceOf(Eligible.class);
    assertThat(create(volume("third")).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Status staged = stage(volume);
    if (length <= 2 * LiveDriver.MIB) {
      assertThat(staged.isOk()).as("staged without a filesystem").isFalse();
      assertThat(seed).containsOnly(0);
    }
    assertThat(unstage(volume)).isEqualTo(Status.OK);
    assertThat(seedOfHashes()).isEqualTo(seed);
    if (length > LiveDriver.MIB) {
      assertThat(driver.record(disk).state()).isEqualTo(State.FORMATTED);
    }
  }

  /** What every mkfs.ext4 makes anew: the seed of hashes (Linux, fs/ext4/ext4.h, 0xEC). */
  private byte[] seedOfHashes() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "r")) {
      byte[] seed = new byte[16];
      file.seek(2 * LiveDriver.MIB + 1024 + 0xEC);
      file.readFully(seed);
      return seed;
    }
  }
}
