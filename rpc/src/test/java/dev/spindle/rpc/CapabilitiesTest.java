package dev.spindle.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.rpc.Capability.Access;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a local disk can be asked for. */
class CapabilitiesTest {
  private static final String FIELD = "volume_capability";

  @Test
  void aMountIsReadWithItsFlagsInOrder() {
    Capability read = Capabilities.required(FIELD, mount(Mode.SINGLE_NODE_WRITER).build());
    assertThat(read)
        .isEqualTo(
            new Capability(Access.MOUNT, "xfs", List.of("noatime", "ro"), Mode.SINGLE_NODE_WRITER));
    assertThat(read.toProto()).isEqualTo(mount(Mode.SINGLE_NODE_WRITER).build());
  }

  @Test
  void aBlockDeviceIsRead() {
    VolumeCapability.Builder block = VolumeCapability.newBuilder();
    block.getBlockBuilder();
    block.getAccessModeBuilder().setMode(Mode.SINGLE_NODE_MULTI_WRITER);
    Capability read = Capabilities.required(FIELD, block.build());
    assertThat(read.access()).isEqualTo(Access.BLOCK);
    assertThat(read.toProto()).isEqualTo(block.build());
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, mode = EnumSource.Mode.MATCH_ANY, names = "MULTI_NODE_.*")
  void manyNodesAreRefused(Mode mode) {
    refused(
        mount(mode),
        "volume_capability asks for "
            + mode
            + ", but a local disk can be reached from one node only");
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, mode = EnumSource.Mode.MATCH_ANY, names = "SINGLE_NODE_.*")
  void everyModeOfOneNodeIsTaken(Mode mode) {
    assertThat(Capabilities.required(FIELD, mount(mode).build()).mode()).isEqualTo(mode);
  }

  @Test
  void whatIsMissingIsNamed() {
    refused(VolumeCapability.newBuilder(), "volume_capability is missing");
    refused(mount(Mode.UNKNOWN), "volume_capability has no access mode");
    refused(
        mount(Mode.SINGLE_NODE_WRITER).clearMount(),
        "volume_capability has neither mount nor block");
  }

  @Test
  void aModeOfALaterSpecIsRefusedAndReadable() {
    VolumeCapability.Builder later = mount(Mode.SINGLE_NODE_WRITER);
    later.getAccessModeBuilder().setModeValue(99);
    assertThat(Capabilities.read(FIELD, later.build()).onOneNode()).isFalse();
    assertThatThrownBy(() -> Capabilities.required(FIELD, later.build()))
        .hasMessageContaining("access mode 99");
  }

  @Test
  void flagsThatCannotBeAreRefusedWithoutRepeatingThem() {
    VolumeCapability.Builder large = mount(Mode.SINGLE_NODE_WRITER);
    large.getMountBuilder().addMountFlags("secret=" + "s".repeat(4096));
    VolumeCapability.Builder broken = mount(Mode.SINGLE_NODE_WRITER);
    broken.getMountBuilder().addMountFlags("secret=s\n");
    for (VolumeCapability.Builder asked : List.of(large, broken)) {
      assertThatThrownBy(() -> Capabilities.required(FIELD, asked.build()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("INVALID_ARGUMENT: volume_capability.mount_flags has ")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void aGroupIsRefusedSinceItIsNotOffered() {
    VolumeCapability.Builder group = mount(Mode.SINGLE_NODE_WRITER);
    group.getMountBuilder().setVolumeMountGroup("1000");
    assertThatThrownBy(() -> Capabilities.required(FIELD, group.build()))
        .hasMessageContaining("volume_mount_group");
  }

  @Test
  void itsTextHasNoFlags() {
    assertThat(Capabilities.read(FIELD, mount(Mode.SINGLE_NODE_WRITER).build()).toString())
        .doesNotContain("noatime");
  }

  private static VolumeCapability.Builder mount(Mode mode) {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getMountBuilder().setFsType("xfs").addMountFlags("noatime").addMountFlags("ro");
    capability.getAccessModeBuilder().setMode(mode);
    return capability;
  }

  private static void refused(VolumeCapability.Builder asked, String sentence) {
    assertThatThrownBy(() -> Capabilities.required(FIELD, asked.build()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("INVALID_ARGUMENT: " + sentence);
  }
}
