package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthResponse;
import csi.v1.ControllerServiceCapability;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetStorageHealthRequest;
import csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeServiceCapability;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.StorageHealthErrorType;
import csi.v1.VolumeCapability;
import csi.v1.VolumeHealth;
import csi.v1.VolumeHealth.VolumeHealthEntry;
import csi.v1.VolumeHealthErrorType;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.health.Ailment.Kind;
import dev.spindle.disks.health.Ailment.Severity;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.DisksJson;
import dev.spindle.driver.listing.DisksTable;
import dev.spindle.driver.listing.VolumeLine;
import dev.spindle.driver.listing.VolumesJson;
import dev.spindle.driver.listing.VolumesTable;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Disks and filesystems that are made ill for real, and everywhere where the driver says so. */
@RequireRoot
final class HealthTest {
  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private LiveDriver driver;
  private LoopDisk disk;
  private Volume volume;

  @BeforeEach
  void make() throws IOException {
    driver = new LiveDriver(loops).withAlphaHealth();
    disk = driver.disk(512);
    volume = new Volume("none", "", true, Path.of("/"), Path.of("/"));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void ext4ThatHasFoundAnErrorIsDegraded() throws IOException {
    stage("ext4");
    assertWell();
    triggerExt4Error();
    assertIll(Kind.FILESYSTEM_ERRORS);
    assertMessage("ext4 has found 1 errors");
  }

  @Test
  void ext4ThatTurnsReadOnlyAfterAnErrorIsDegraded() throws IOException {
    stage("ext4", "errors=remount-ro");
    assertWell();
    triggerExt4Error();
    assertIll(Kind.FILESYSTEM_READ_ONLY, Kind.FILESYSTEM_ERRORS);
  }

  @Test
  void ext4ThatHasShutItselfDownIsInaccessible() throws IOException {
    stage("ext4");
    shutDown();
    assertIll(Kind.FILESYSTEM_SHUT_DOWN);
  }

  @Test
  void xfsThatHasShutItselfDownIsInaccessibleUntilItIsMountedAgain() throws IOException {
    stage("xfs");
    assertWell();
    shutDown();
    assertIll(Kind.FILESYSTEM_SHUT_DOWN);
    assertMessage("Input/output error");
    unstage();
    stageAgain("xfs");
    assertWell();
  }

  @Test
  void btrfsThatReadsOtherThanItWroteHasLostData() throws IOException {
    stage("btrfs");
    assertWell();
    byte[] content = "spindle health ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    Path file = volume.staging().resolve("file");
    Files.write(file, content);
    // Away from the page cache.
    unstage();
    LiveDriver.damage(disk, find("spindle health "), "SPINDLE".getBytes(StandardCharsets.US_ASCII));
    stageAgain("btrfs");
    assertWell();
    try {
      assertThat(Files.readAllBytes(file)).isNotEqualTo(content);
    } catch (IOException refused) {
      assertThat(refused).hasMessageContaining("Input/output error");
    }
    assertIll(Kind.DATA_CORRUPT);
    assertMessage("corruption_errs");
  }

  @Test
  void aDiskThatTheKernelMakesReadOnlyIsDegraded() throws IOException {
    stage("ext4");
    run("/usr/sbin/blockdev", "--setro", disk.node().toString());
    try {
      assertIll(Kind.DISK_READ_ONLY);
    } finally {
      run("/usr/sbin/blockdev", "--setrw", disk.node().toString());
    }
    driver.look();
    assertWell();
  }

  @Test
  void aVolumeWhoseDiskHasACopyIsInaccessible() throws IOException {
    stage("ext4");
    Path file = driver.folder("copies").resolve("copy");
    Files.copy(disk.file(), file);
    LoopDisk copy = driver.mentioned(loops.attach(file, 512));
    driver.look();
    assertEntries(Kind.DISK_DUPLICATE);
    assertMessage("as " + copy.name());
    assertThat(disks()).contains("DiskDuplicate: it carries the same disk GUID");
    driver.pull(copy);
    driver.look();
    assertWell();
  }

  /** A disk without any size is what a loop device can do to be pulled while it is in use. */
  @Test
  void aVolumeWhoseDiskIsGoneWhileStagedIsInaccessibleAndRecoversWithIt() throws IOException {
    start();
    create(true, "");
    ok(driver.status(() -> driver.node().nodeStageVolume(volume.stage().build())));
    assertWell();
    byte[] head = bytes(0, 4 << 20);
    byte[] tail = bytes((512L << 20) - (2 << 20), 2 << 20);
    resize(0);
    driver.look();
    assertEntries(Kind.DISK_GONE);
    assertMessage("it was on /dev/" + disk.name());
    assertThat(driver.metrics()).contains(metric(Kind.DISK_GONE));
    LiveDriver.damage(disk, 0, head);
    LiveDriver.damage(disk, (512L << 20) - (2 << 20), tail);
    resize(512 * LiveDriver.MIB);
    assertWell();
  }

  private byte[] bytes(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "r")) {
      file.seek(offset);
      file.readFully(bytes);
    }
    return bytes;
  }

  @Test
  void aDiskThatCannotBeErasedDegradesTheNodeAndIsNoVolume() throws IOException {
    start();
    create(true, "");
    driver.stop();
    DiskRecord record = driver.record(disk);
    Instant now = Instant.now();
    driver.write(
        disk,
        record.scrubbing(new ScrubProgress(ScrubMethod.ZERO, 0, now, now, "write: EIO at byte 5")));
    // Excluded, it is not tried again, and stays as it is.
    driver.startWithout(disk);
    assertThat(driver.status(() -> health()).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(storage())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getStatus()).isEqualTo(StorageHealthErrorType.STORAGE_DEGRADED);
              assertThat(one.getReason()).isEqualTo("ScrubFailing");
              assertThat(one.getMessage()).contains(disk.name(), "write: EIO at byte 5");
            });
    assertThat(disks()).contains("ScrubFailing: it is being scrubbed");
    assertThat(driver.metrics())
        .contains("spindle_disk_health{disk=\"" + disk.name() + "\",reason=\"ScrubFailing\"} 1.0");
  }

  @Test
  void everyVolumeIsListedPageByPageAlsoThoseThatAreWell() throws IOException {
    driver.disk(64);
    start();
    create(true, "");
    String first = volume.id();
    create(true, "-2");
    List<String> listed = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      ControllerListVolumeHealthResponse page =
          driver.call(
              () ->
                  driver
                      .controller()
                      .controllerListVolumeHealth(
                          ControllerListVolumeHealthRequest.newBuilder()
                              .setMaxEntries(1)
                              .setStartingToken(from)
                              .build()));
      assertThat(page.getEntriesList()).hasSize(1);
      assertThat(page.getEntries(0).getHealthStatusesList()).isEmpty();
      listed.add(page.getEntries(0).getVolumeId());
      token = page.getNextToken();
    } while (!token.isEmpty());
    assertThat(listed).containsExactlyInAnyOrder(first, volume.id());
    assertThat(
            driver
                .status(
                    () ->
                        driver
                            .controller()
                            .controllerListVolumeHealth(
                                ControllerListVolumeHealthRequest.newBuilder()
                                    .setStartingToken("none of ours")
                                    .build()))
                .getCode())
        .isEqualTo(Status.Code.ABORTED);
  }

  @Test
  void theCallsAreOfferedOnlyWhereAskedFor() throws IOException {
    start();
    assertThat(controllerCapabilities()).contains("GET_VOLUME_HEALTH", "LIST_VOLUME_HEALTH");
    assertThat(nodeCapabilities()).contains("GET_VOLUME_HEALTH", "GET_STORAGE_HEALTH");
    assertThat(storage()).isEmpty();
    assertThat(driver.status(this::health).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    String unknown = driver.owner().topologyValue() + "/" + new UUID(1, 2);
    for (String id : List.of("x", unknown)) {
      volume = volume.withId(id);
      assertThat(driver.status(this::health).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
    driver.close();

    driver = new LiveDriver(loops);
    driver.named(disk);
    start();
    assertThat(controllerCapabilities()).noneMatch(name -> name.endsWith("_HEALTH"));
    assertThat(nodeCapabilities()).noneMatch(name -> name.endsWith("_HEALTH"));
    Status refused = driver.status(this::health);
    assertThat(refused.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(refused.getDescription()).contains("--enable-alpha-health");
    assertThat(driver.status(this::storage).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  private List<String> controllerCapabilities() {
    return driver
        .controller()
        .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
        .getCapabilitiesList()
        .stream()
        .map(ControllerServiceCapability::getRpc)
        .map(rpc -> rpc.getType().name())
        .toList();
  }

  private List<String> nodeCapabilities() {
    return driver
        .node()
        .nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())
        .getCapabilitiesList()
        .stream()
        .map(NodeServiceCapability::getRpc)
        .map(rpc -> rpc.getType().name())
        .toList();
  }

  private void start() throws IOException {
    driver.start();
  }

  private void create(boolean block, String suffix) throws IOException {
    Volume wanted =
        new Volume(
            "data" + suffix,
            "",
            block,
            driver.folder("staging" + suffix),
            driver.folder("pod").resolve("target" + suffix));
    volume =
        wanted.withId(
            driver
                .call(() -> driver.controller().createVolume(wanted.create().build()))
                .getVolume()
                .getVolumeId());
  }

  /** A volume that is mounted. */
  private void stage(String filesystem, String... flags) throws IOException {
    start();
    Volume wanted =
        new Volume(
            "data", "", false, driver.folder("staging"), driver.folder("pod").resolve("target"));
    VolumeCapability capability = capability(wanted, filesystem, flags);
    volume =
        wanted.withId(
            driver
                .call(
                    () ->
                        driver
                            .controller()
                            .createVolume(
                                wanted.create().setVolumeCapabilities(0, capability).build()))
                .getVolume()
                .getVolumeId());
    stageAgain(filesystem, flags);
  }

  private void stageAgain(String filesystem, String... flags) {
    NodeStageVolumeRequest request =
        volume.stage().setVolumeCapability(capability(volume, filesystem, flags)).build();
    ok(driver.status(() -> driver.node().nodeStageVolume(request)));
  }

  private static VolumeCapability capability(Volume of, String filesystem, String... flags) {
    VolumeCapability.Builder capability =
        of.capability(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER).toBuilder();
    capability.getMountBuilder().setFsType(filesystem).addAllMountFlags(List.of(flags));
    return capability.build();
  }

  private void unstage() {
    ok(driver.status(() -> driver.node().nodeUnstageVolume(volume.unstage())));
  }

  private static void ok(Status status) {
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.OK);
  }

  private void triggerExt4Error() throws IOException {
    Files.writeString(
        Path.of("/sys/fs/ext4", disk.name() + "p2", "trigger_fs_error"), "by a test\n");
  }

  private void shutDown() throws IOException {
    run("/usr/sbin/xfs_io", "-x", "-c", "shutdown", volume.staging().toString());
  }

  private void resize(long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(bytes);
    }
    run("/usr/sbin/losetup", "--set-capacity", disk.node().toString());
  }

  private static void run(String... command) throws IOException {
    new Programs().run(List.of(command), Duration.ofSeconds(30));
  }

  /** Where a text is on the disk. */
  private long find(String text) throws IOException {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    byte[] piece = new byte[1 << 20];
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "r")) {
      for (long at = 0; at < file.length(); at += piece.length) {
        file.seek(at);
        file.readFully(piece, 0, (int) Math.min(piece.length, file.length() - at));
        // Data of a file begin with a sector.
        for (int sector = 0; sector < piece.length; sector += 4096) {
          if (Arrays.equals(piece, sector, sector + wanted.length, wanted, 0, wanted.length)) {
            return at + sector;
          }
        }
      }
    }
    throw new AssertionError(text + " is nowhere on " + disk.file());
  }

  private VolumeHealth health() {
    VolumeHealth onNode =
        driver
            .node()
            .nodeGetVolumeHealth(
                NodeGetVolumeHealthRequest.newBuilder().setVolumeId(volume.id()).build())
            .getVolumeHealth();
    assertThat(
            driver
                .controller()
                .controllerGetVolumeHealth(
                    ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(volume.id()).build())
                .getVolumeHealth())
        .isEqualTo(onNode);
    return onNode;
  }

  private List<StorageBackendHealth> storage() {
    return driver
        .node()
        .nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
        .getBackendHealthList();
  }

  private void assertWell() throws IOException {
    driver.look();
    assertThat(health().getVolumeId()).isEqualTo(volume.id());
    assertThat(health().getHealthStatusesList()).isEmpty();
    assertThat(storage()).noneMatch(one -> one.getMessage().contains(disk.name()));
    assertThat(driver.metrics()).noneMatch(line -> line.startsWith("spindle_volume_health{"));
  }

  /** In every place where it is told. */
  private void assertIll(Kind... kinds) throws IOException {
    driver.look();
    assertEntries(kinds);
    List<Examined> looked = Wiring.look(driver.policy());
    List<VolumeLine> volumes = VolumeLine.of(looked);
    for (Kind kind : kinds) {
      assertThat(disks()).contains(kind.word() + ": ");
      assertThat(DisksJson.print(looked)).contains("\"reason\": \"" + kind.word() + "\"");
      assertThat(VolumesTable.print(volumes, Instant.now())).contains(kind.word() + ": ");
      assertThat(VolumesJson.print(volumes))
          .contains("\"reason\": \"" + kind.word() + "\"", kind.severity().word());
      assertThat(driver.metrics()).contains(metric(kind));
      assertThat(storage())
          .filteredOn(one -> one.getReason().equals(kind.word()))
          .singleElement()
          .satisfies(one -> assertThat(one.getMessage()).contains(disk.name() + ": "));
    }
  }

  private void assertEntries(Kind... kinds) {
    List<VolumeHealthEntry> entries = health().getHealthStatusesList();
    assertThat(entries)
        .extracting(VolumeHealthEntry::getReason)
        .containsExactlyElementsOf(Arrays.stream(kinds).map(Kind::word).toList());
    assertThat(entries)
        .extracting(VolumeHealthEntry::getStatus)
        .containsExactlyElementsOf(
            Arrays.stream(kinds).map(kind -> status(kind.severity())).toList());
  }

  private static VolumeHealthErrorType status(Severity severity) {
    return VolumeHealthErrorType.valueOf(severity.name());
  }

  private void assertMessage(String words) {
    assertThat(health().getHealthStatusesList())
        .anyMatch(entry -> entry.getMessage().contains(words));
  }

  private String metric(Kind kind) {
    return "spindle_volume_health{reason=\""
        + kind.word()
        + "\",volume_id=\""
        + volume.id()
        + "\"} 1.0";
  }

  private String disks() throws IOException {
    return DisksTable.print(Wiring.look(driver.policy()));
  }
}
