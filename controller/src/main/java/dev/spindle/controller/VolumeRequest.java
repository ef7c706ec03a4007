package dev.spindle.controller;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeCapability;
import dev.spindle.disks.AccessType;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.disks.claim.VolumeSpec.Origin;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.RefusedMountOptions;
import dev.spindle.rpc.Capabilities;
import dev.spindle.rpc.Capability;
import dev.spindle.rpc.Capability.Access;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.Required;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a CreateVolumeRequest, or says which field of it cannot be. */
final class VolumeRequest {
  private static final String CAPABILITIES = "volume_capabilities";
  private static final String PVC_NAMESPACE = "csi.storage.k8s.io/pvc/namespace";
  private static final String PVC_NAME = "csi.storage.k8s.io/pvc/name";
  private static final String PV_NAME = "csi.storage.k8s.io/pv/name";

  private VolumeRequest() {}

  /**
   * The volume that is asked for. Its topology is not part of it: {@link VolumeReply#elsewhere}.
   */
  static VolumeSpec parse(CreateVolumeRequest request) {
    String name = Required.name("name", request.getName());
    List<Capability> capabilities = capabilities(request.getVolumeCapabilitiesList());
    SizeRange range =
        request.hasCapacityRange() ? range(request.getCapacityRange()) : SizeRange.ANY;
    ClassParameters parameters = parameters(request.getParametersMap());
    refuseUnsupported(request);
    boolean block = capabilities.get(0).access() == Access.BLOCK;
    return new VolumeSpec(
        name,
        range,
        block ? AccessType.BLOCK : AccessType.FILESYSTEM,
        block ? null : filesystem(capabilities, parameters),
        parameters,
        origin(request.getParametersMap()));
  }

  /**
   * Capabilities that a volume can all have at once: of one access type, each on one node.
   * external-provisioner sends one for each access mode of the claim.
   */
  static List<Capability> capabilities(List<VolumeCapability> asked) {
    List<Capability> read = new ArrayList<>();
    for (VolumeCapability capability : Required.some(CAPABILITIES, asked)) {
      read.add(Capabilities.required(CAPABILITIES, capability));
    }
    if (read.stream().map(Capability::access).distinct().count() > 1) {
      throw Failure.invalid(CAPABILITIES, "ask for mount and for block; a volume is one of them");
    }
    return read;
  }

  /** Parameters of a StorageClass, as CreateVolume and GetCapacity carry them. */
  static ClassParameters parameters(Map<String, String> parameters) {
    Required.map("parameters", parameters);
    try {
      return ClassParameters.parse(parameters);
    } catch (IllegalArgumentException wrong) {
      throw Failure.invalid("parameters", "cannot be used: " + wrong.getMessage());
    }
  }

  /**
   * The filesystem of a mounted volume: what the capabilities say, else the StorageClass, else
   * ext4. They must not contradict one another.
   */
  static FilesystemType filesystem(List<Capability> capabilities, ClassParameters parameters) {
    Optional<FilesystemType> found = asked(capabilities);
    Optional<FilesystemType> ofClass = parameters.filesystem();
    if (found.isPresent() && ofClass.isPresent() && !found.equals(ofClass)) {
      throw Failure.invalid(
          CAPABILITIES,
          "ask for fs_type "
              + found.get().fsName()
              + ", but the StorageClass parameters for "
              + ofClass.get().fsName());
    }
    FilesystemType filesystem = found.or(() -> ofClass).orElse(FilesystemType.EXT4);
    checkMkfsOptions(parameters, filesystem);
    capabilities.forEach(capability -> checkMountFlags(capability, filesystem));
    return filesystem;
  }

  /** Said here already: when the volume is staged the pod is tied to this node. */
  private static void checkMountFlags(Capability capability, FilesystemType filesystem) {
    String why;
    try {
      MountOptions options = MountOptions.parse(capability.mountFlags());
      why = RefusedMountOptions.among(options, filesystem).orElse("");
    } catch (IllegalArgumentException refused) {
      why = String.valueOf(refused.getMessage());
    }
    if (!why.isEmpty()) {
      throw Failure.invalid(CAPABILITIES, "have mount_flags that cannot be used: " + why);
    }
  }

  private static void checkMkfsOptions(ClassParameters parameters, FilesystemType filesystem) {
    try {
      var unused = parameters.mkfsOptions(filesystem);
    } catch (IllegalArgumentException refused) {
      throw Failure.invalid("parameters", "cannot be used: " + refused.getMessage());
    }
  }

  /** The filesystem that capabilities of one volume ask for; empty if they leave it open. */
  static Optional<FilesystemType> asked(List<Capability> capabilities) {
    @Nullable FilesystemType found = null;
    for (Capability capability : capabilities) {
      if (!capability.filesystem().isEmpty()) {
        FilesystemType type = named(capability.filesystem());
        if (found != null && found != type) {
          throw Failure.invalid(
              CAPABILITIES, "ask for fs_type " + found.fsName() + " and " + type.fsName());
        }
        found = type;
      }
    }
    return Optional.ofNullable(found);
  }

  private static FilesystemType named(String name) {
    return FilesystemType.named(name)
        .orElseThrow(
            () ->
                Failure.invalid(
                    CAPABILITIES, "ask for fs_type \"" + name + "\"; known are ext4, xfs, btrfs"));
  }

  private static SizeRange range(CapacityRange asked) {
    CapacityRange range = Required.range(asked);
    return new SizeRange(range.getRequiredBytes(), range.getLimitBytes());
  }

  /** Refuses what only callers of other capabilities may send (CSI spec, CreateVolumeRequest). */
  private static void refuseUnsupported(CreateVolumeRequest request) {
    if (request.hasVolumeContentSource()) {
      throw Failure.invalid("volume_content_source", "is set, but volumes here always start empty");
    }
    if (request.getModifiableParametersCount() > 0) {
      throw Failure.invalid(
          "mutable_parameters", "are set, but volumes here cannot be modified later");
    }
  }

  private static Origin origin(Map<String, String> parameters) {
    return new Origin(
        parameters.getOrDefault(PVC_NAMESPACE, ""),
        parameters.getOrDefault(PVC_NAME, ""),
        parameters.getOrDefault(PV_NAME, ""));
  }
}
