package dev.spindle.controller;

import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed;
import csi.v1.VolumeCapability;
import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.rpc.Capabilities;
import dev.spindle.rpc.Capability;
import dev.spindle.rpc.Capability.Access;
import dev.spindle.rpc.Required;
import dev.spindle.rpc.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What ValidateVolumeCapabilities asks of a volume. The volume_context is not looked at: ours is
 * empty, and Kubernetes adds keys of its own to it.
 *
 * @param capabilities each complete, not necessarily possible
 * @param parameters as given; empty if they are not asked about
 * @param modified whether mutable parameters are asked about
 */
record Validation(List<Capability> capabilities, Map<String, String> parameters, boolean modified) {

  /** The question, or INVALID_ARGUMENT where it lacks something. */
  static Validation parse(ValidateVolumeCapabilitiesRequest request) {
    String field = "volume_capabilities";
    Required.present("volume_id", request.getVolumeId());
    List<Capability> capabilities = new ArrayList<>();
    for (VolumeCapability asked : Required.some(field, request.getVolumeCapabilitiesList())) {
      capabilities.add(Capabilities.read(field, asked));
    }
    return new Validation(
        capabilities,
        Required.map("parameters", request.getParametersMap()),
        request.getModifiableParametersCount() > 0);
  }

  /** Confirms everything, in so far as it is understood; or nothing, and says why. */
  ValidateVolumeCapabilitiesResponse against(Claim volume) {
    ValidateVolumeCapabilitiesResponse.Builder response =
        ValidateVolumeCapabilitiesResponse.newBuilder();
    Optional<String> objection =
        capabilities.stream()
            .flatMap(capability -> objection(capability, volume).stream())
            .findFirst()
            .or(() -> objection(volume));
    if (objection.isPresent()) {
      return response.setMessage(Utf8.cut(objection.get(), Required.STRING_BYTES)).build();
    }
    Confirmed.Builder confirmed = response.getConfirmedBuilder().putAllParameters(parameters);
    capabilities.forEach(capability -> confirmed.addVolumeCapabilities(capability.toProto()));
    return response.build();
  }

  private static Optional<String> objection(Capability asked, Claim volume) {
    if (!asked.onOneNode()) {
      return Optional.of(Capabilities.ONE_NODE);
    }
    Access has = volume.accessType() == AccessType.BLOCK ? Access.BLOCK : Access.MOUNT;
    if (asked.access() != has) {
      return Optional.of("the volume is for " + has + " access");
    }
    boolean same =
        asked.filesystem().isEmpty() || asked.filesystem().equalsIgnoreCase(volume.filesystem());
    return same ? Optional.empty() : Optional.of("the volume has " + volume.filesystem());
  }

  private Optional<String> objection(Claim volume) {
    if (modified) {
      return Optional.of("volumes of this driver have no mutable parameters");
    }
    return parameters.isEmpty() || recorded(volume)
        ? Optional.empty()
        : Optional.of("the volume was made with other parameters");
  }

  /** Whether the parameters are those the volume was made with. */
  private boolean recorded(Claim volume) {
    try {
      ClassParameters asked = ClassParameters.parse(parameters);
      return asked.given().equals(volume.parameters())
          && asked.filesystem().map(type -> type.fsName().equals(volume.filesystem())).orElse(true);
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }
}
