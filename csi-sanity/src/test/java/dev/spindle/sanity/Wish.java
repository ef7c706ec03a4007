package dev.spindle.sanity;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;

/**
 * A volume that somebody wants.
 *
 * @param filesystem its type, or {@link #BLOCK}
 * @param limitBytes what it may have at most; 0 is no limit
 */
public record Wish(String name, String filesystem, long requiredBytes, long limitBytes) {
  public static final String BLOCK = "block";

  /** Of this size or any larger one. */
  public Wish(String name, String filesystem, long requiredBytes) {
    this(name, filesystem, requiredBytes, 0);
  }

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
