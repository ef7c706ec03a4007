package dev.spindle.controller;

import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGetCapabilitiesResponse;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerGetVolumeHealthResponse;
import csi.v1.ControllerGrpc.ControllerImplBase;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthResponse;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.VolumeHealth;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.Capacity;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.Provisioned;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.HealthReport;
import dev.spindle.rpc.InFlight;
import dev.spindle.rpc.NodeTopology;
import dev.spindle.rpc.Required;
import dev.spindle.rpc.StatusTranslation;
import dev.spindle.rpc.Unary;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * CSI Controller for the disks of one node. Each call is read, guarded, asked of {@link Claims} and
 * answered; what is wrong with the arguments is said before anything else is looked at.
 */
public final class ControllerService extends ControllerImplBase {
  private static final Set<RPC.Type> CAPABILITIES =
      EnumSet.of(
          RPC.Type.CREATE_DELETE_VOLUME,
          RPC.Type.GET_CAPACITY,
          RPC.Type.LIST_VOLUMES,
          RPC.Type.SINGLE_NODE_MULTI_WRITER);

  private static final Set<RPC.Type> HEALTH =
      EnumSet.of(RPC.Type.GET_VOLUME_HEALTH, RPC.Type.LIST_VOLUME_HEALTH);

  private final Claims claims;
  private final NodeTopology here;
  private final InFlight inFlight;
  private final VolumeReply replies;
  private final CapacityQuestion capacity;
  private final Optional<HealthReport> health;

  /**
   * The controller of one node.
   *
   * @param inFlight shared with the node service
   */
  public ControllerService(Claims claims, NodeTopology here, InFlight inFlight) {
    this(claims, here, inFlight, Optional.empty());
  }

  private ControllerService(
      Claims claims, NodeTopology here, InFlight inFlight, Optional<HealthReport> health) {
    this.claims = claims;
    this.here = here;
    this.inFlight = inFlight;
    this.replies = new VolumeReply(here);
    this.capacity = new CapacityQuestion(here);
    this.health = health;
  }

  /** The same, which offers the health calls too. */
  public ControllerService with(HealthReport report) {
    return new ControllerService(claims, here, inFlight, Optional.of(report));
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          VolumeSpec wanted = VolumeRequest.parse(request);
          requireReady();
          return inFlight.alone(
              InFlight.name(wanted.csiName()),
              () -> {
                if (!here.meets(request.getAccessibilityRequirements())) {
                  throw replies.elsewhere(wanted.csiName(), claims.volumes());
                }
                return replies.created(provision(wanted), wanted);
              });
        });
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          String id = Required.present("volume_id", request.getVolumeId());
          requireReady();
          Optional<VolumeId> ours = VolumeId.parse(id);
          if (ours.isEmpty()) {
            return DeleteVolumeResponse.getDefaultInstance();
          }
          return inFlight.alone(
              InFlight.volume(id), () -> replies.deleted(claims.release(ours.get()), id));
        });
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest request,
      StreamObserver<ValidateVolumeCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          Validation validation = Validation.parse(request);
          requireReady();
          VolumeId id =
              VolumeId.parse(request.getVolumeId())
                  .orElseThrow(() -> VolumeReply.unknown(request.getVolumeId()));
          return validation.against(replies.found(claims.find(id), id).volume());
        });
  }

  @Override
  public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          Page page = Page.parse(request.getMaxEntries(), request.getStartingToken());
          requireReady();
          return replies.listed(page.of(claims.volumes(), record -> record.volume().volume()));
        });
  }

  @Override
  public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          requireReady();
          return VolumeReply.room(
              capacity.parametersOf(request).map(claims::capacity).orElse(new Capacity(0, 0)));
        });
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest request,
      StreamObserver<ControllerGetCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          ControllerGetCapabilitiesResponse.Builder response =
              ControllerGetCapabilitiesResponse.newBuilder();
          Stream.concat(CAPABILITIES.stream(), health.stream().flatMap(any -> HEALTH.stream()))
              .forEach(type -> response.addCapabilitiesBuilder().getRpcBuilder().setType(type));
          return response.build();
        });
  }

  @Override
  public void controllerGetVolumeHealth(
      ControllerGetVolumeHealthRequest request,
      StreamObserver<ControllerGetVolumeHealthResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          HealthReport report = HealthReport.offered(health);
          String id = Required.present("volume_id", request.getVolumeId());
          return ControllerGetVolumeHealthResponse.newBuilder()
              .setVolumeHealth(report.volume(id))
              .build();
        });
  }

  @Override
  public void controllerListVolumeHealth(
      ControllerListVolumeHealthRequest request,
      StreamObserver<ControllerListVolumeHealthResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          HealthReport report = HealthReport.offered(health);
          Page page = Page.parse(request.getMaxEntries(), request.getStartingToken());
          Page.Cut<VolumeHealth> cut =
              page.of(
                  report.volumes(), one -> VolumeId.parse(one.getVolumeId()).orElseThrow().uuid());
          return ControllerListVolumeHealthResponse.newBuilder()
              .addAllEntries(cut.entries())
              .setNextToken(cut.nextToken())
              .build();
        });
  }

  /**
   * An error on the way leaves open whether a disk is claimed. A final code would make the caller
   * forget a claim that may be there; UNAVAILABLE makes it ask again under the same name.
   */
  private Provisioned provision(VolumeSpec wanted) {
    try {
      return claims.provision(wanted);
    } catch (IOException failed) {
      throw Failure.unavailable(
          "whether volume "
              + wanted.csiName()
              + " was made is not known: "
              + StatusTranslation.sentence(failed));
    }
  }

  private void requireReady() {
    if (!claims.ready()) {
      throw Failure.unavailable("the disks of this node are still being read; try again");
    }
  }
}
