package dev.spindle.sanity;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;

/**
 * A volume that somebody wants.
 *
 * @param filesystem its type, or {@link #BLOCK}
 */
public record Wish(String name, String filesystem, long requiredBytes) {
  public static final String BLOCK = "block";

  public boolean block() {
    return filesystem.equals(BLOCK);
  }

  /** As kubelet asks for it where the driver can SINGLE_NODE_MULTI_WRITER. */
  public VolumeCapability capability() {
    VolumeCapability.Builder capability =
        VolumeCapability.newBuilder()
            .setAccessMode(
                AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER));
    return block()
        ? capability.setBlock(BlockVolume.getDefaultInstance()).build()
        : capability.setMount(MountVolume.newBuilder().setFsType(filesystem)).build();
  }
}
