package dev.spindle.rpc;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeCapability.MountVolume;
import dev.spindle.rpc.Capability.Access;
import java.util.List;

/** Checks volume capabilities, and answers INVALID_ARGUMENT where they make no sense. */
public final class Capabilities {
  /** Why a capability of many nodes is refused. */
  public static final String ONE_NODE = "a local disk can be reached from one node only";

  private Capabilities() {}

  /**
   * Reads a capability that has everything it must have. Whether this driver can do it is another
   * question: {@link Capability#onOneNode}.
   *
   * @param field as csi.proto spells it
   */
  public static Capability read(String field, VolumeCapability asked) {
    Mode mode = asked.getAccessMode().getMode();
    if (mode == Mode.UNKNOWN) {
      throw Failure.invalid(field, "has no access mode");
    }
    return switch (asked.getAccessTypeCase()) {
      case BLOCK -> new Capability(Access.BLOCK, "", List.of(), mode);
      case MOUNT -> mount(field, asked.getMount(), mode);
      case ACCESSTYPE_NOT_SET -> throw Failure.invalid(field, "has neither mount nor block");
    };
  }

  /** Reads the capability of a request that must have one, which one node must be enough for. */
  public static Capability required(String field, VolumeCapability asked) {
    if (asked.equals(VolumeCapability.getDefaultInstance())) {
      throw Failure.invalid(field, "is missing");
    }
    Capability capability = read(field, asked);
    if (!capability.onOneNode()) {
      throw Failure.invalid(field, "asks for " + modeName(asked) + ", but " + ONE_NODE);
    }
    return capability;
  }

  private static String modeName(VolumeCapability asked) {
    Mode mode = asked.getAccessMode().getMode();
    return mode == Mode.UNRECOGNIZED
        ? "access mode " + asked.getAccessMode().getModeValue()
        : mode.name();
  }

  private static Capability mount(String field, MountVolume mount, Mode mode) {
    Required.atMost(field + ".fs_type", Utf8.length(mount.getFsType()), Required.STRING_BYTES);
    Required.atMost(
        field + ".mount_flags",
        mount.getMountFlagsList().stream().mapToLong(Utf8::length).sum(),
        Required.MAP_BYTES);
    for (String flag : mount.getMountFlagsList()) {
      if (flag.isBlank() || flag.chars().anyMatch(Character::isISOControl)) {
        throw Failure.invalid(field + ".mount_flags", "has an empty flag or a control character");
      }
    }
    if (!mount.getVolumeMountGroup().isEmpty()) {
      throw Failure.invalid(
          field + ".volume_mount_group", "is set, but this driver does not offer it");
    }
    return new Capability(Access.MOUNT, mount.getFsType(), mount.getMountFlagsList(), mode);
  }
}
