package dev.spindle.driver.answers;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import java.nio.file.Path;

/** One volume as its callers know it: requests about it, each one right as it stands. */
record Volume(String name, String id, boolean block, Path staging, Path target) {
  Volume withId(String other) {
    return new Volume(name, other, block, staging, target);
  }

  VolumeCapability capability(AccessMode.Mode mode) {
    VolumeCapability.Builder capability =
        VolumeCapability.newBuilder().setAccessMode(AccessMode.newBuilder().setMode(mode));
    return block
        ? capability.setBlock(BlockVolume.getDefaultInstance()).build()
        : capability.setMount(MountVolume.newBuilder().setFsType("ext4")).build();
  }

  private VolumeCapability capability() {
    return capability(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER);
  }

  CreateVolumeRequest.Builder create() {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(LiveDriver.MIB))
        .addVolumeCapabilities(capability());
  }

  DeleteVolumeRequest delete() {
    return DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
  }

  ValidateVolumeCapabilitiesRequest validate() {
    return ValidateVolumeCapabilitiesRequest.newBuilder()
        .setVolumeId(id)
        .addVolumeCapabilities(capability())
        .build();
  }

  NodeStageVolumeRequest.Builder stage() {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setVolumeCapability(capability());
  }

  NodeUnstageVolumeRequest unstage() {
    return NodeUnstageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .build();
  }

  NodePublishVolumeRequest.Builder publish() {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setTargetPath(target.toString())
        .setVolumeCapability(capability());
  }

  /** Publishing to one more target, by a caller that wants to be the only one. */
  NodePublishVolumeRequest publishElsewhere() {
    return publish()
        .setTargetPath(elsewhere().toString())
        .setVolumeCapability(capability(AccessMode.Mode.SINGLE_NODE_WRITER))
        .build();
  }

  Path elsewhere() {
    return target.resolveSibling("elsewhere");
  }

  Path second() {
    return target.resolveSibling("second");
  }

  NodeUnpublishVolumeRequest unpublish(Path from) {
    return NodeUnpublishVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setTargetPath(from.toString())
        .build();
  }

  /** To the size that it has at least. */
  NodeExpandVolumeRequest expand(Path at) {
    return NodeExpandVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setVolumePath(at.toString())
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(LiveDriver.MIB))
        .build();
  }

  NodeGetVolumeStatsRequest stats(Path at) {
    return NodeGetVolumeStatsRequest.newBuilder()
        .setVolumeId(id)
        .setVolumePath(at.toString())
        .build();
  }
}
