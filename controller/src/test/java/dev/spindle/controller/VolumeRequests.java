package dev.spindle.controller;

import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.linux.FilesystemType;
import org.jspecify.annotations.Nullable;

/** Requests as external-provisioner makes them, for tests to spoil. */
final class VolumeRequests {
  static final long GIB = 1L << 30;

  private VolumeRequests() {}

  /** A mounted volume of at least 1 GiB, without a filesystem of choice. */
  static CreateVolumeRequest.Builder create(String name) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.newBuilder()
            .setName(name)
            .addVolumeCapabilities(mount("", Mode.SINGLE_NODE_MULTI_WRITER));
    request.getCapacityRangeBuilder().setRequiredBytes(GIB);
    return request;
  }

  static VolumeCapability mount(String filesystem, Mode mode) {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getMountBuilder().setFsType(filesystem);
    capability.getAccessModeBuilder().setMode(mode);
    return capability.build();
  }

  static VolumeCapability block() {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getBlockBuilder();
    capability.getAccessModeBuilder().setMode(Mode.SINGLE_NODE_WRITER);
    return capability.build();
  }

  static @Nullable String filesystem(VolumeSpec wanted) {
    FilesystemType type = wanted.filesystem();
    return type == null ? null : type.fsName();
  }
}
