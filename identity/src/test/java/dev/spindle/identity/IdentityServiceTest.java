package dev.spindle.identity;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginCapabilitiesResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.PluginCapability;
import csi.v1.PluginCapability.Service;
import csi.v1.PluginCapability.VolumeExpansion;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the driver says of itself. */
class IdentityServiceTest {
  private final AtomicBoolean ready = new AtomicBoolean();
  private final IdentityService service =
      new IdentityService("disk.spindle.dev", "0.1.0", ready::get);

  @Test
  void itHasANameAndAVersion() {
    GetPluginInfoResponse info =
        answer(reply -> service.getPluginInfo(GetPluginInfoRequest.getDefaultInstance(), reply));
    assertThat(info.getName()).isEqualTo("disk.spindle.dev");
    assertThat(info.getVendorVersion()).isEqualTo("0.1.0");
  }

  @Test
  void itOffersAControllerAndTopologyAndNothingElse() {
    GetPluginCapabilitiesResponse capabilities =
        answer(
            reply ->
                service.getPluginCapabilities(
                    GetPluginCapabilitiesRequest.getDefaultInstance(), reply));
    assertThat(capabilities.getCapabilitiesList())
        .filteredOn(PluginCapability::hasService)
        .extracting(PluginCapability::getService)
        .extracting(Service::getType)
        .containsExactly(
            Service.Type.CONTROLLER_SERVICE, Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
    assertThat(capabilities.getCapabilitiesList())
        .filteredOn(PluginCapability::hasVolumeExpansion)
        .extracting(PluginCapability::getVolumeExpansion)
        .extracting(VolumeExpansion::getType)
        .containsExactly(VolumeExpansion.Type.ONLINE);
    assertThat(capabilities.getCapabilitiesCount()).isEqualTo(3);
  }

  @Test
  void aProbeSaysWhetherItHasStarted() {
    assertThat(probe().getReady().getValue()).isFalse();
    ready.set(true);
    assertThat(probe().getReady().getValue()).isTrue();
    assertThat(probe().hasReady()).isTrue();
  }

  private ProbeResponse probe() {
    return answer(reply -> service.probe(ProbeRequest.getDefaultInstance(), reply));
  }

  private static <T> T answer(Consumer<StreamObserver<T>> call) {
    List<T> answers = new ArrayList<>();
    call.accept(
        new StreamObserver<>() {
          @Override
          public void onNext(T value) {
            answers.add(value);
          }

          @Override
          public void onError(Throwable thrown) {
            throw new AssertionError(thrown);
          }

          @Override
          public void onCompleted() {}
        });
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }
}
