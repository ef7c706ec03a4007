package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetCapacityRequest;
import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage, copies, forgeries and rivals: whatever happens to disks, nobody's data are destroyed. */
@RequireRoot
final class OwnDataTest {
  private static final String TEXT = "what the pod wrote";
  private static final Path ROOT = Path.of("/");

  @RegisterExtension final LoopDisks loops = new LoopDisks();
  private final NativeLinux linux = new NativeLinux();
  private Optional<LiveDriver> living = Optional.empty();

  /** The driver of one test, stopped after it. */
  private LiveDriver live() throws IOException {
    if (living.isEmpty()) {
      living = Optional.of(new LiveDriver(loops));
    }
    return living.get();
  }

  @AfterEach
  void stop() {
    living.ifPresent(LiveDriver::close);
  }

  private Volume volume(boolean block) throws IOException {
    LiveDriver driver = live();
    Volume wanted =
        new Volume(
            "data", "", block, driver.folder("staging"), driver.folder("pod").resolve("target"));
    return wanted.withId(
        driver
            .call(() -> driver.controller().createVolume(wanted.create().build()))
            .getVolume()
            .getVolumeId());
  }

  private Status stage(Volume volume) throws IOException {
    LiveDriver driver = live();
    return driver.status(() -> driver.node().nodeStageVolume(volume.stage().build()));
  }

  private Status unstage(Volume volume) throws IOException {
    LiveDriver driver = live();
    return driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage()));
  }

  private Status delete(Volume volume) throws IOException {
    LiveDriver driver = live();
    return driver.status(() -> driver.controller().deleteVolume(volume.delete()));
  }

  /** A volume with a file in it, unstaged again. */
  private Volume written() throws IOException {
    Volume volume = volume(false);
    assertThat(stage(volume)).isEqualTo(Status.OK);
    Files.writeString(volume.staging().resolve("file"), TEXT);
    assertThat(unstage(volume)).isEqualTo(Status.OK);
    return volume;
  }

  private void assertReadsBack(Volume volume) throws IOException {
    assertThat(stage(volume)).isEqualTo(Status.OK);
    assertThat(volume.staging().resolve("file")).hasContent(TEXT);
    assertThat(unstage(volume)).isEqualTo(Status.OK);
  }

  private static void assertRefused(Status status, Status.Code code, String... words) {
    assertThat(status.getCode()).as("" + status).isEqualTo(code);
    assertThat(status.getDescription()).contains(words);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aSlotDamagedAfterFormattingNeverLeadsToAnotherFormat(int slot) throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    driver.start();
    Volume volume = written();
    LiveDriver.damageSlot(disk, slot);
    assertReadsBack(volume);
    assertThat(driver.record(disk).state()).isEqualTo(State.FORMATTED);
    LiveDriver.damageSlot(disk, slot);
    driver.restart();
    assertReadsBack(volume);
    LiveDriver.damageSlot(disk, 1 - slot);
    assertReadsBack(volume);
  }

  @Test
  void bothSlotsDamagedStopEverything() throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    driver.start();
    Volume volume = written();
    LiveDriver.damageSlot(disk, 0);
    LiveDriver.damageSlot(disk, 1);
    String before = disk.sha256();
    assertRefused(stage(volume), Status.Code.UNAVAILABLE, volume.id());
    driver.look();
    assertRefused(stage(volume), Status.Code.UNAVAILABLE, disk.name(), "slot A");
    assertRefused(delete(volume), Status.Code.UNAVAILABLE, disk.name());
    driver.restart();
    assertRefused(stage(volume), Status.Code.UNAVAILABLE, disk.name());
    assertRefused(delete(volume), Status.Code.UNAVAILABLE, disk.name());
    assertThat(disk.sha256()).isEqualTo(before);
  }

  @Test
  void aVolumeWhoseFilesystemWasWipedIsNotFormattedAgain() throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    driver.start();
    Volume volume = written();
    LiveDriver.damage(disk, 2 * LiveDriver.MIB, new byte[8192]);
    String before = disk.sha256();
    assertRefused(stage(volume), Status.Code.FAILED_PRECONDITION, disk.name() + "p2", "formatted");
    driver.restart();
    assertRefused(stage(volume), Status.Code.FAILED_PRECONDITION, disk.name() + "p2", "formatted");
    assertThat(disk.sha256()).isEqualTo(before);
  }

  @Test
  void aVolumeWithTheFilesystemOfAnotherIsNotMounted() throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    driver.start();
    Volume volume = written();
    linuxMkfs(disk.partition(2));
    String before = disk.sha256();
    assertRefused(stage(volume), Status.Code.FAILED_PRECONDITION, disk.name() + "p2");
    assertThat(disk.sha256()).isEqualTo(before);
  }

  private static void linuxMkfs(Path node) throws IOException {
    new Mkfs(new Programs(), ROOT)
        .make(
            new NewFilesystem(FilesystemType.EXT4, UUID.randomUUID(), "", List.of(), List.of()),
            node,
            true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRecordWithoutATableOnADiskThatSomebodyFormattedSinceIsLeftAlone(boolean recognisable)
      throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    linuxMkfs(disk.node());
    if (!recognisable) {
      LiveDriver.damage(disk, 1080, new byte[2]);
    }
    Geometry geometry = Geometry.of(512, 64 * LiveDriver.MIB);
    DiskRecord free =
        new DiskRecord(driver.owner(), UUID.randomUUID(), geometry, State.FREE, null, null);
    try (BlockDevice open = driver.open(disk, Access.EXCLUSIVE)) {
      Ledger.write(open, Geometry.MIB, free, 1);
    }
    String before = disk.sha256();
    driver.start();
    assertThat(driver.verdict(disk)).isInstanceOf(Verdict.Ineligible.class);
    Volume wanted = new Volume("data", "", true, disk.node(), disk.node());
    assertRefused(
        driver.status(() -> driver.controller().createVolume(wanted.create().build())),
        Status.Code.RESOURCE_EXHAUSTED,
        disk.name());
    assertThat(disk.sha256()).isEqualTo(before);
  }

  @Test
  void deleteDoesNotSayOkForAVolumeThatAnUnreadableDiskMayHold() throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    LoopDisk other = driver.disk(96);
    driver.start();
    Volume volume = written();
    Volume never = volume.withId(driver.owner().topologyValue() + "/" + UUID.randomUUID());
    assertThat(delete(never)).isEqualTo(Status.OK);
    driver.stop();
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(8 * LiveDriver.MIB);
    }
    driver.start();
    assertRefused(delete(volume), Status.Code.UNAVAILABLE, disk.name());
    assertRefused(delete(never), Status.Code.UNAVAILABLE, disk.name());
    assertThat(driver.verdict(other).reasons()).isEmpty();
  }

  @Test
  void aLoopDeviceOverAVolumeIsNeitherClaimedNorBelieved() throws IOException {
    LiveDriver driver = live();
    driver.disk(64);
    driver.start();
    Volume volume = volume(true);
    assertThat(stage(volume)).isEqualTo(Status.OK);
    driver.call(() -> driver.node().nodePublishVolume(volume.publish().build()));
    // As kubelet does for a Block volume; the pod writes a table of ours with a record of its own.
    LoopDisk kubelets = loops.attach(volume.target(), 512);
    String forged = forge(kubelets);
    assertNotBelieved(kubelets, forged);
    loops.detach(kubelets);
    driver.call(() -> driver.node().nodeUnpublishVolume(volume.unpublish(volume.target())));
    assertThat(unstage(volume)).isEqualTo(Status.OK);
    assertThat(delete(volume)).isEqualTo(Status.OK);
  }

  @Test
  void aLoopDeviceOverAFileInAVolumeIsNeitherClaimedNorBelieved() throws IOException {
    LiveDriver driver = live();
    driver.disk(192);
    driver.start();
    Volume volume = volume(false);
    assertThat(stage(volume)).isEqualTo(Status.OK);
    LoopDisk forger = loops.attach(sparse(volume.staging().resolve("disk")), 512);
    assertNotBelieved(forger, forge(forger));
    LoopDisk blank = loops.attach(sparse(volume.staging().resolve("blank")), 512);
    assertNotClaimed(blank);
    loops.detach(blank);
    loops.detach(forger);
    assertThat(unstage(volume)).isEqualTo(Status.OK);
  }

  @Test
  void aLoopDeviceOverAFileInAFilesystemInAFileInAVolumeIsNotBelievedEither() throws IOException {
    LiveDriver driver = live();
    driver.disk(256);
    driver.start();
    Volume volume = volume(false);
    assertThat(stage(volume)).isEqualTo(Status.OK);
    Path file = volume.staging().resolve("disk");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(160 * LiveDriver.MIB);
    }
    LoopDisk outer = loops.attach(file, 512);
    linuxMkfs(outer.node());
    Path inside = loops.folder("inside");
    linux.mounts().mount(outer.node(), inside, "ext4", MountOptions.parse(List.of()));
    LoopDisk inner = loops.attach(sparse(inside.resolve("disk")), 512);
    assertNotBelieved(inner, forge(inner));
    loops.detach(inner);
    linux.mounts().unmount(inside);
    loops.detach(outer);
    assertThat(unstage(volume)).isEqualTo(Status.OK);
  }

  private static Path sparse(Path file) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(32 * LiveDriver.MIB);
    }
    return file;
  }

  /** Writes a table and a record of this very driver, with a volume; returns the volume's id. */
  private String forge(LoopDisk disk) throws IOException {
    LiveDriver driver = live();
    UUID uuid = UUID.randomUUID();
    try (BlockDevice open = driver.open(disk, Access.EXCLUSIVE)) {
      Geometry geometry = Geometry.of(512, open.sizeBytes());
      DiskRecord free =
          new DiskRecord(driver.owner(), UUID.randomUUID(), geometry, State.FREE, null, null);
      Ledger.join(open, free);
      Ledger.write(
          open,
          Geometry.MIB,
          free.claimed(
              new Claim(
                  uuid,
                  "forged",
                  Instant.EPOCH,
                  geometry.volume().lengthBytes(),
                  AccessType.BLOCK,
                  null,
                  Map.of(),
                  "",
                  "",
                  "")),
          2);
    }
    return driver.owner().topologyValue() + "/" + uuid;
  }

  private void assertNotBelieved(LoopDisk forged, String id) throws IOException {
    LiveDriver driver = live();
    assertNotClaimed(forged);
    Volume believed =
        new Volume("forged", id, true, driver.folder("f"), driver.folder("g").resolve("target"));
    assertRefused(stage(believed), Status.Code.NOT_FOUND, id);
    String before = hash(forged);
    assertThat(delete(believed)).isEqualTo(Status.OK);
    assertThat(hash(forged)).isEqualTo(before);
  }

  private String hash(LoopDisk disk) throws IOException {
    try (BlockDevice open = live().open(disk, Access.READ)) {
      return "" + Arrays.hashCode(open.read(0, (int) (8 * LiveDriver.MIB)));
    }
  }

  private void assertNotClaimed(LoopDisk disk) throws IOException {
    LiveDriver driver = live();
    driver.named(disk);
    driver.restart();
    assertThat(driver.verdict(disk).reasons())
        .extracting(reason -> reason.code())
        .contains(Code.LOOP_BACKING);
    assertThat(
            driver
                .call(
                    () -> driver.controller().getCapacity(GetCapacityRequest.getDefaultInstance()))
                .getAvailableCapacity())
        .isZero();
  }

  @Test
  void anMkfsThatOutlivedItsDriverIsNotDisturbedByAnother() throws IOException {
    LiveDriver driver = live();
    LoopDisk disk = driver.disk(64);
    driver.start();
    Volume volume = written();
    driver.stop();
    driver.write(disk, driver.record(disk).in(State.FORMATTING));
    driver.start();
    // As mkfs.btrfs has it: open for writing, and not exclusively.
    try (RandomAccessFile writing = new RandomAccessFile(disk.partition(2).toFile(), "rw")) {
      writing.write(new byte[4096]);
      writing.getFD().sync();
      String before = disk.sha256();
      assertRefused(stage(volume), Status.Code.UNAVAILABLE, disk.name(), "mkfs");
      assertThat(disk.sha256()).isEqualTo(before);
    }
    assertThat(stage(volume)).isEqualTo(Status.OK);
    assertThat(unstage(volume)).isEqualTo(Status.OK);
  }

  @Test
  void aLiveMountWhoseDeviceHasAnotherNameInSysfsIsNoRemnant() throws Exception {
    LiveDriver driver = live();
    driver.disk(64);
    driver.start();
    LoopDisk foreign = driver.mentioned(loops.create(64 * LiveDriver.MIB, 512));
    linuxMkfs(foreign.node());
    Path alias = Path.of("/dev/answers-" + ProcessHandle.current().pid());
    String minor = foreign.name().substring("loop".length());
    assertThat(new ProcessBuilder("mknod", alias.toString(), "b", "7", minor).start().waitFor())
        .isZero();
    try {
      Path target = driver.folder("alias");
      linux.mounts().mount(alias, target, "ext4", MountOptions.parse(List.of()));
      String id = driver.owner().topologyValue() + "/" + UUID.randomUUID();
      Volume unknown = new Volume("", id, false, target, target);
      assertRefused(unstage(unknown), Status.Code.FAILED_PRECONDITION, target.toString());
      assertRefused(
          driver.status(() -> driver.node().nodeUnpublishVolume(unknown.unpublish(target))),
          Status.Code.FAILED_PRECONDITION,
          target.toString());
      linux.mounts().unmount(target);
    } finally {
      Files.delete(alias);
    }
  }
}
