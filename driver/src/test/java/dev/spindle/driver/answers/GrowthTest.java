package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CapacityRange;
import csi.v1.ListVolumesRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes on disks that are enlarged while they are in use. */
@RequireRoot
@SuppressWarnings("NullAway.Init") // each test publishes a volume first
final class GrowthTest {
  private static final long MIB = LiveDriver.MIB;
  private static final long SMALL = 320 * MIB;
  private static final long LARGE = 448 * MIB;
  private static final long AROUND = 4 * MIB;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private LiveDriver driver;
  private LoopDisk disk;
  private Volume volume;
  private VolumeCapability capability;
  private final byte[] data = new byte[(int) (3 * MIB)];

  @AfterEach
  void stop() {
    driver.close();
  }

  private void publish(String kind, int sector) throws IOException {
    driver = new LiveDriver(loops);
    disk = driver.named(loops.create(SMALL, sector));
    driver.start();
    boolean block = kind.equals("block");
    VolumeCapability.Builder wanted =
        VolumeCapability.newBuilder()
            .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER));
    capability =
        block
            ? wanted.setBlock(BlockVolume.getDefaultInstance()).build()
            : wanted.setMount(MountVolume.newBuilder().setFsType(kind)).build();
    volume =
        new Volume(
            "grows", "", block, driver.folder("staging"), driver.folder("pod").resolve("target"));
    String id =
        driver
            .call(
                () ->
                    driver
                        .controller()
                        .createVolume(volume.create().setVolumeCapabilities(0, capability).build()))
            .getVolume()
            .getVolumeId();
    volume = volume.withId(id);
    mount();
    new Random(sector).nextBytes(data);
    if (block) {
      write(0);
      write(SMALL - AROUND - data.length);
    } else {
      Files.write(volume.target().resolve("data"), data);
    }
  }

  private void mount() {
    driver.call(
        () ->
            driver.node().nodeStageVolume(volume.stage().setVolumeCapability(capability).build()));
    driver.call(
        () ->
            driver
                .node()
                .nodePublishVolume(volume.publish().setVolumeCapability(capability).build()));
  }

  private void unmount() {
    driver.call(() -> driver.node().nodeUnpublishVolume(volume.unpublish(volume.target())));
    driver.call(() -> driver.node().nodeUnstageVolume(volume.unstage()));
  }

  private void write(long at) throws IOException {
    try (RandomAccessFile device = new RandomAccessFile(volume.target().toFile(), "rw")) {
      device.seek(at);
      device.write(data);
      device.getFD().sync();
    }
  }

  private byte[] read(long at, int length) throws IOException {
    byte[] found = new byte[length];
    try (RandomAccessFile device = new RandomAccessFile(volume.target().toFile(), "r")) {
      device.seek(at);
      device.readFully(found);
    }
    return found;
  }

  private NodeExpandVolumeRequest expansion(long required, long limit) {
    return NodeExpandVolumeRequest.newBuilder()
        .setVolumeId(volume.id())
        .setVolumePath(volume.target().toString())
        .setStagingTargetPath(volume.staging().toString())
        .setVolumeCapability(capability)
        .setCapacityRange(
            CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit))
        .build();
  }

  private long expand(long required) {
    return driver
        .call(() -> driver.node().nodeExpandVolume(expansion(required, 0)))
        .getCapacityBytes();
  }

  /** Expands to the whole enlarged disk, as far as this process may. */
  private void expandToAll() throws IOException {
    if (mayGrowFilesystem()) {
      assertThat(expand(SMALL)).isEqualTo(LARGE - AROUND);
    } else {
      Status refused = refusal(SMALL, 0);
      assertThat(refused.getCode()).isEqualTo(Code.INTERNAL);
      assertThat(refused.getDescription()).contains("resize2fs", "Permission denied");
    }
    assertGrown();
  }

  /**
   * The kernel grows a mounted ext4 only for who has CAP_SYS_RESOURCE (capabilities(7), 24; ioctl
   * EXT4_IOC_RESIZE_FS), which root in a container need not have. The partition grows all the same.
   */
  private boolean mayGrowFilesystem() throws IOException {
    String effective =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("CapEff:"))
            .findFirst()
            .orElseThrow();
    long bits = Long.parseUnsignedLong(effective.substring(7).strip(), 16);
    return (bits >> 24 & 1) == 1 || !capability.getMount().getFsType().equals("ext4");
  }

  private Status refusal(long required, long limit) {
    return driver.status(() -> driver.node().nodeExpandVolume(expansion(required, limit)));
  }

  private long measured() {
    return driver
        .call(() -> driver.node().nodeGetVolumeStats(volume.stats(volume.target())))
        .getUsage(0)
        .getTotal();
  }

  private long listed() {
    return driver
        .call(() -> driver.controller().listVolumes(ListVolumesRequest.getDefaultInstance()))
        .getEntries(0)
        .getVolume()
        .getCapacityBytes();
  }

  private void assertGrown() throws IOException {
    assertThat(listed()).isEqualTo(LARGE - AROUND);
    Reading.Joined reading = (Reading.Joined) driver.read(disk);
    assertThat(reading.record().geometry()).isEqualTo(Geometry.of(disk.sectorSize(), LARGE));
    assertThat(reading.settled()).isTrue();
    assertThat(reading.backupIntact()).isTrue();
    assertData();
  }

  private void assertData() throws IOException {
    if (volume.block()) {
      assertThat(Arrays.equals(read(0, data.length), data)).isTrue();
      assertThat(Arrays.equals(read(SMALL - AROUND - data.length, data.length), data)).isTrue();
    } else {
      assertThat(Files.readAllBytes(volume.target().resolve("data"))).isEqualTo(data);
    }
  }

  @ParameterizedTest(name = "{0}, sectors of {1} bytes")
  @CsvSource({
    "ext4, 512",
    "xfs, 512",
    "btrfs, 512",
    "block, 512",
    "ext4, 4096",
    "xfs, 4096",
    "btrfs, 4096",
    "block, 4096"
  })
  void aVolumeInUseGrowsWithItsDisk(String kind, int sector) throws IOException {
    publish(kind, sector);
    long before = measured();
    Status tooMuch = refusal(SMALL, 0);
    assertThat(tooMuch.getCode()).isEqualTo(Code.OUT_OF_RANGE);
    assertThat(tooMuch.getDescription()).contains(SMALL - AROUND + " bytes");
    loops.enlarge(disk, LARGE);
    String unchanged = disk.sha256();
    assertThat(expand(SMALL - AROUND)).as("enough as it is").isEqualTo(SMALL - AROUND);
    assertThat(refusal(LARGE, 0).getCode()).isEqualTo(Code.OUT_OF_RANGE);
    assertThat(refusal(SMALL, SMALL + MIB).getCode()).isEqualTo(Code.OUT_OF_RANGE);
    assertThat(refusal(SMALL, 1).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    if (kind.equals("block")) {
      assertThat(disk.sha256()).isEqualTo(unchanged);
    }

    expandToAll();
    if (mayGrowFilesystem()) {
      assertThat(measured()).isGreaterThan(before + 100 * MIB);
    }
    expandToAll();
    if (volume.block()) {
      int gained = (int) (LARGE - SMALL);
      assertThat(read(SMALL - AROUND, gained)).as("what it gained").isEqualTo(new byte[gained]);
      write(LARGE - AROUND - data.length);
    }
    unmount();
    driver.restart();
    mount();
    assertGrown();
    deleted();
  }

  /** Nothing is left, up to the new end. */
  private void deleted() throws IOException {
    unmount();
    driver.call(() -> driver.controller().deleteVolume(volume.delete()));
    LiveDriver.await("the scrub", () -> driver.verdict(disk).reasons().isEmpty());
    byte[] rest = new byte[(int) MIB];
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "r")) {
      file.seek(2 * MIB);
      for (long at = 2 * MIB; at < LARGE - 2 * MIB; at += MIB) {
        file.readFully(rest);
        assertThat(Arrays.equals(rest, new byte[(int) MIB])).as("at " + at).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "block"})
  void aGrowthThatWasCutShortIsCompletedByTheNextDriver(String kind) throws IOException {
    publish(kind, 512);
    driver.stop();
    loops.enlarge(disk, LARGE);
    intend();
    driver.start();
    assertGrown();
    expandToAll();
    assertThat(measured()).isGreaterThan(SMALL);
    unmount();
    mount();
    assertGrown();
  }

  /** As a driver does that is killed next. */
  private void intend() throws IOException {
    try (BlockDevice whole = driver.open(disk, Access.SHARED_WRITE)) {
      Reading.Joined now = (Reading.Joined) Ledger.read(whole);
      DiskRecord intent = now.record().growing(Geometry.of(disk.sectorSize(), LARGE));
      Ledger.write(whole, Geometry.MIB, intent, now.sequence() + 1);
    }
  }

  @Test
  void aDiskThatIsSmallerThanItsGrowthSaysIsFrozen() throws IOException {
    publish("ext4", 512);
    unmount();
    driver.stop();
    intend();
    driver.start();
    assertThat(driver.verdict(disk).reasons().toString()).contains("growing to");
    driver.stop();
    loops.enlarge(disk, LARGE);
    driver.start();
    mount();
    assertGrown();
  }

  @Test
  void aGrowingVolumeIsDeletedWhole() throws IOException {
    publish("block", 512);
    loops.enlarge(disk, LARGE);
    driver.stop();
    intend();
    driver.start();
    write(LARGE - AROUND - data.length);
    deleted();
  }

  @Test
  void dataOnWhatTheDiskGainedStayAsTheyAre() throws IOException {
    publish("ext4", 512);
    loops.enlarge(disk, LARGE);
    long at = SMALL + 5000;
    LiveDriver.damage(disk, at, new byte[] {7});
    Status refused = refusal(SMALL, 0);
    assertThat(refused.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(refused.getDescription()).contains("byte " + at, disk.node().toString());
    assertThat(driver.record(disk).geometry().diskBytes()).isEqualTo(SMALL);
    assertData();
    LiveDriver.damage(disk, at, new byte[] {0});
    expandToAll();
  }

  @Test
  void aVolumeThatIsNotAtThePathIsNotExpanded() throws IOException {
    publish("ext4", 512);
    Path elsewhere = volume.target().resolveSibling("elsewhere");
    NodeExpandVolumeRequest request =
        expansion(1, 0).toBuilder().setVolumePath(elsewhere.toString()).build();
    assertThat(driver.status(() -> driver.node().nodeExpandVolume(request)).getCode())
        .isEqualTo(Code.NOT_FOUND);
    unmount();
    assertThat(refusal(1, 0).getCode()).isEqualTo(Code.NOT_FOUND);
  }
}
