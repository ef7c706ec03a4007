package dev.spindle.node;

import csi.v1.VolumeCapability;
import dev.spindle.disks.AccessType;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MountOptions;
import dev.spindle.node.mount.Wanted;
import dev.spindle.rpc.Capabilities;
import dev.spindle.rpc.Capability;
import dev.spindle.rpc.Failure;
import java.util.List;

/** What volume_capability asks for, in the words of {@code node.mount}. */
final class WantedVolume {
  private WantedVolume() {}

  /** Reads a capability that must be there and that one node can serve. */
  static Capability capability(VolumeCapability asked) {
    return Capabilities.required("volume_capability", asked);
  }

  /** What a capability means for the mounts of a volume. */
  static Wanted of(Capability capability) {
    if (capability.access() == Capability.Access.BLOCK) {
      return new Wanted(AccessType.BLOCK, "", MountOptions.parse(List.of()));
    }
    return new Wanted(
        AccessType.FILESYSTEM,
        filesystem(capability.filesystem()),
        options(capability.mountFlags()));
  }

  private static String filesystem(String name) {
    return name.isEmpty()
        ? ""
        : FilesystemType.named(name)
            .orElseThrow(
                () ->
                    Failure.invalid(
                        "volume_capability.mount.fs_type",
                        "is " + name + "; this driver makes ext4, xfs and btrfs"))
            .fsName();
  }

  private static MountOptions options(List<String> flags) {
    try {
      return MountOptions.parse(flags);
    } catch (IllegalArgumentException refused) {
      throw Failure.invalid(
          "volume_capability.mount.mount_flags", "cannot be used: " + refused.getMessage());
    }
  }
}
