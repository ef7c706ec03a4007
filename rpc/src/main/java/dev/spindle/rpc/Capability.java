package dev.spindle.rpc;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import java.util.List;

/**
 * One way to use a volume, as it was asked for (CSI spec, VolumeCapability).
 *
 * @param access what a pod gets
 * @param filesystem fs_type; empty for the driver's choice, and for Block
 * @param mountFlags in the order given. They may hold secrets: never log them, and never repeat
 *     them in an error
 * @param mode who may use it at once
 */
public record Capability(Access access, String filesystem, List<String> mountFlags, Mode mode) {
  /** What a pod gets. */
  public enum Access {
    MOUNT,
    BLOCK
  }

  /** Copies the flags. */
  public Capability {
    mountFlags = List.copyOf(mountFlags);
  }

  /** Whether one node is enough for it, so that a local disk can do it. */
  public boolean onOneNode() {
    return switch (mode) {
      case SINGLE_NODE_WRITER,
          SINGLE_NODE_READER_ONLY,
          SINGLE_NODE_SINGLE_WRITER,
          SINGLE_NODE_MULTI_WRITER ->
          true;
      case UNKNOWN,
          MULTI_NODE_READER_ONLY,
          MULTI_NODE_SINGLE_WRITER,
          MULTI_NODE_MULTI_WRITER,
          UNRECOGNIZED ->
          false;
    };
  }

  /** As CSI carries it, without anything that this driver does not know. */
  public VolumeCapability toProto() {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getAccessModeBuilder().setMode(mode);
    if (access == Access.BLOCK) {
      capability.getBlockBuilder();
    } else {
      capability.getMountBuilder().setFsType(filesystem).addAllMountFlags(mountFlags);
    }
    return capability.build();
  }

  @Override
  public String toString() {
    return access + " " + mode;
  }
}
