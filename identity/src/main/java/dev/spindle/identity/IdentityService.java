package dev.spindle.identity;

import com.google.protobuf.BoolValue;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginCapabilitiesResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc.IdentityImplBase;
import csi.v1.PluginCapability;
import csi.v1.PluginCapability.Service;
import csi.v1.PluginCapability.VolumeExpansion;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import dev.spindle.rpc.Unary;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;

/** CSI Identity. Asks no disk, so it answers at once whatever the disks do. */
public final class IdentityService extends IdentityImplBase {
  /** Whatever EXPAND_VOLUME is announced for, that goes on while the volume is in use. */
  private static final PluginCapability EXPANDS_ONLINE =
      PluginCapability.newBuilder()
          .setVolumeExpansion(VolumeExpansion.newBuilder().setType(VolumeExpansion.Type.ONLINE))
          .build();

  private final String name;
  private final String version;
  private final BooleanSupplier ready;

  /**
   * The identity of one driver.
   *
   * @param name CSI plugin name, at most 63 bytes
   * @param version at most 128 bytes; the same version has the same capabilities on every node
   * @param ready whether the driver has started. livenessprobe takes false for a failure, so this
   *     must become true within the start-up probe's patience and stay so; a sick disk is no reason
   */
  public IdentityService(String name, String version, BooleanSupplier ready) {
    this.name = name;
    this.version = version;
    this.ready = ready;
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> reply) {
    Unary.answer(
        reply,
        () -> GetPluginInfoResponse.newBuilder().setName(name).setVendorVersion(version).build());
  }

  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () ->
            GetPluginCapabilitiesResponse.newBuilder()
                .addCapabilities(service(Service.Type.CONTROLLER_SERVICE))
                .addCapabilities(service(Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS))
                .addCapabilities(EXPANDS_ONLINE)
                .build());
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> reply) {
    Unary.answer(
        reply,
        () -> ProbeResponse.newBuilder().setReady(BoolValue.of(ready.getAsBoolean())).build());
  }

  private static PluginCapability service(Service.Type type) {
    return PluginCapability.newBuilder().setService(Service.newBuilder().setType(type)).build();
  }
}
