package dev.spindle.controller;

import csi.v1.GetCapacityRequest;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.linux.FilesystemType;
import dev.spindle.rpc.Capability;
import dev.spindle.rpc.Capability.Access;
import dev.spindle.rpc.NodeTopology;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a GetCapacityRequest. What could not be a volume here has no room, and is no error: on an
 * error external-provisioner leaves yesterday's capacity published.
 */
final class CapacityQuestion {
  /** The question comes again every few seconds for as long as its StorageClass is there. */
  private static final int MOST_COMPLAINTS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(CapacityQuestion.class);

  private final NodeTopology here;
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  CapacityQuestion(NodeTopology here) {
    this.here = here;
  }

  /** What a volume must be to count; empty if there can be none on this node. */
  Optional<ClassParameters> parametersOf(GetCapacityRequest request) {
    if (!here.accepts(request.getAccessibleTopology())) {
      return Optional.empty();
    }
    try {
      ClassParameters parameters = VolumeRequest.parameters(request.getParametersMap());
      if (request.getVolumeCapabilitiesCount() == 0) {
        return Optional.of(parameters);
      }
      List<Capability> capabilities =
          VolumeRequest.capabilities(request.getVolumeCapabilitiesList());
      return Optional.of(
          with(
              capabilities.get(0).access() == Access.BLOCK
                  ? Optional.empty()
                  : Optional.of(VolumeRequest.filesystem(capabilities, parameters)),
              parameters));
    } catch (StatusRuntimeException wrong) {
      complainOnce(String.valueOf(wrong.getStatus().getDescription()));
      return Optional.empty();
    }
  }

  private static ClassParameters with(
      Optional<FilesystemType> filesystem, ClassParameters parameters) {
    return new ClassParameters(
        parameters.diskType(),
        parameters.minDiskBytes(),
        parameters.maxDiskBytes(),
        parameters.diskSelector(),
        filesystem,
        parameters.scrub(),
        parameters.given());
  }

  private void complainOnce(String why) {
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(why)) {
      LOG.warn("capacity 0 is published for a StorageClass that no volume can be made of: {}", why);
    }
  }
}
