package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.disks.AccessType;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.disks.claim.VolumeSpec.Origin;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.linux.FilesystemType;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What CreateVolume makes of a request, and which ones it refuses with INVALID_ARGUMENT. */
class CreateVolumeRequestTest {
  private static final Mode ONE = Mode.SINGLE_NODE_WRITER;

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void aBadRequestIsRefusedBeforeAnythingElseIsLookedAt(
      String named, Consumer<CreateVolumeRequest.Builder> spoil) throws IOException {
    MemoryClaims claims = new MemoryClaims(2 * VolumeRequests.GIB);
    claims.ready = false;
    CreateVolumeRequest.Builder request = VolumeRequests.create("pvc-1");
    spoil.accept(request);
    try (Served served = new Served(claims)) {
      Status status = Served.failure(() -> served.stub().createVolume(request.build()));
      assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(status.getDescription()).contains(named).doesNotContain("hunter2");
    }
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(names(), sizes(), capabilities(), parameters()).flatMap(rows -> rows);
  }

  private static Stream<Arguments> names() {
    return Stream.of(
        bad("name is missing", request -> request.clearName()),
        bad("name has 129 bytes", request -> request.setName("a".repeat(129))),
        bad("name has 130 bytes", request -> request.setName("\u00fc".repeat(65))),
        bad("U+0000", request -> request.setName("a\0")),
        bad("U+001B", request -> request.setName("a\u001b")),
        bad("U+007F", request -> request.setName("a\u007f")),
        bad("U+009F", request -> request.setName("a\u009f")));
  }

  private static Stream<Arguments> sizes() {
    return Stream.of(
        bad(
            "capacity_range has neither required_bytes nor limit_bytes",
            request -> request.getCapacityRangeBuilder().clear()),
        bad(
            "capacity_range is negative",
            request -> request.getCapacityRangeBuilder().setRequiredBytes(-1)),
        bad(
            "capacity_range is negative",
            request -> request.getCapacityRangeBuilder().setLimitBytes(-1)),
        bad(
            "capacity_range has limit_bytes 5 below required_bytes 6",
            request -> request.getCapacityRangeBuilder().setRequiredBytes(6).setLimitBytes(5)));
  }

  private static Stream<Arguments> capabilities() {
    return Stream.of(
        bad("volume_capabilities is missing", request -> request.clearVolumeCapabilities()),
        bad(
            "volume_capabilities has no access mode",
            request -> only(request, VolumeRequests.block().toBuilder().clearAccessMode().build())),
        bad(
            "volume_capabilities has neither mount nor block",
            request -> only(request, VolumeRequests.block().toBuilder().clearBlock().build())),
        bad(
            "a local disk can be reached from one node only",
            request ->
                request.addVolumeCapabilities(
                    VolumeRequests.mount("", Mode.MULTI_NODE_READER_ONLY))),
        bad(
            "ask for mount and for block",
            request -> request.addVolumeCapabilities(VolumeRequests.block())),
        bad("fs_type \"ntfs\"", request -> only(request, VolumeRequests.mount("ntfs", ONE))),
        bad(
            "fs_type xfs and btrfs",
            request ->
                request
                    .addVolumeCapabilities(VolumeRequests.mount("xfs", ONE))
                    .addVolumeCapabilities(VolumeRequests.mount("btrfs", ONE))),
        bad(
            "mount_flags",
            request ->
                request
                    .getVolumeCapabilitiesBuilder(0)
                    .getMountBuilder()
                    .addMountFlags("password=hunter2" + " ".repeat(4096))));
  }

  private static Stream<Arguments> parameters() {
    return Stream.of(
        bad("unknown StorageClass parameter \"raid\"", request -> put(request, "raid", "5")),
        bad("known are diskType", request -> put(request, "raid", "5")),
        bad("diskType \"tape\"", request -> put(request, "diskType", "tape")),
        bad("minDiskSize", request -> put(request, "minDiskSize", "much")),
        bad("mkfsOptions: \"-U\" is not let", request -> put(request, "mkfsOptions", "-U random")),
        bad("unknown filesystem \"zfs\"", request -> put(request, "fstype", "zfs")),
        bad(
            "fs_type ext4, but the StorageClass parameters for xfs",
            request -> {
              put(request, "fstype", "xfs");
              only(request, VolumeRequests.mount("ext4", ONE));
            }),
        bad("parameters has 4106 bytes", request -> put(request, "diskSelect", "x".repeat(4096))),
        bad(
            "volume_content_source",
            request ->
                request.getVolumeContentSourceBuilder().getVolumeBuilder().setVolumeId("n1/x")),
        bad("mutable_parameters", request -> request.putModifiableParameters("iops", "9")));
  }

  @Test
  void aNameOf128BytesIsTakenWhateverItsCharacters() {
    for (String name : new String[] {"a".repeat(128), "\u00fc".repeat(64), "tab\tand\r\nlines"}) {
      assertThat(VolumeRequest.parse(VolumeRequests.create(name).build()).csiName())
          .isEqualTo(name);
    }
  }

  @Test
  void whatIsAskedForIsPassedOn() {
    CreateVolumeRequest.Builder request = VolumeRequests.create("pvc-1");
    put(request, "scrub", "discard");
    put(request, "csi.storage.k8s.io/pvc/name", "data");
    put(request, "csi.storage.k8s.io/pvc/namespace", "shop");
    put(request, "csi.storage.k8s.io/pv/name", "pvc-1");
    request.getCapacityRangeBuilder().setRequiredBytes(5).setLimitBytes(6);
    VolumeSpec spec = VolumeRequest.parse(request.putSecrets("key", "hunter2").build());
    assertThat(spec.range()).isEqualTo(new SizeRange(5, 6));
    assertThat(spec.accessType()).isEqualTo(AccessType.FILESYSTEM);
    assertThat(spec.parameters().given()).containsOnlyKeys("scrub");
    assertThat(spec.origin()).isEqualTo(new Origin("shop", "data", "pvc-1"));
    assertThat(spec.toString()).doesNotContain("hunter2");
  }

  @Test
  void aRangeMayBeAbsent() {
    assertThat(VolumeRequest.parse(VolumeRequests.create("a").clearCapacityRange().build()).range())
        .isEqualTo(SizeRange.ANY);
  }

  @Test
  void theFilesystemIsThatOfTheCapabilityElseOfTheClassElseExt4() {
    CreateVolumeRequest.Builder request = VolumeRequests.create("pvc-1");
    assertThat(VolumeRequest.parse(request.build()).filesystem()).isEqualTo(FilesystemType.EXT4);
    put(request, "fstype", "xfs");
    assertThat(VolumeRequest.parse(request.build()).filesystem()).isEqualTo(FilesystemType.XFS);
    request.addVolumeCapabilities(
        VolumeRequests.mount("xfs".toUpperCase(Locale.ROOT), Mode.SINGLE_NODE_READER_ONLY));
    assertThat(VolumeRequest.parse(request.build()).filesystem()).isEqualTo(FilesystemType.XFS);
    request.removeParameters("fstype");
    only(request, VolumeRequests.mount("btrfs", ONE));
    assertThat(VolumeRequest.parse(request.build()).filesystem()).isEqualTo(FilesystemType.BTRFS);
  }

  @Test
  void aBlockVolumeHasNoFilesystemWhateverTheClassSays() {
    CreateVolumeRequest.Builder request = VolumeRequests.create("pvc-1");
    put(request, "fstype", "xfs");
    only(request, VolumeRequests.block());
    VolumeSpec spec = VolumeRequest.parse(request.build());
    assertThat(spec.accessType()).isEqualTo(AccessType.BLOCK);
    assertThat(spec.filesystem()).isNull();
  }

  private static void put(CreateVolumeRequest.Builder request, String key, String value) {
    request.putParameters(key, value);
  }

  private static void only(CreateVolumeRequest.Builder request, VolumeCapability capability) {
    request.clearVolumeCapabilities().addVolumeCapabilities(capability);
  }

  private static Arguments bad(String named, Consumer<CreateVolumeRequest.Builder> spoil) {
    return Arguments.of(named, spoil);
  }
}
