package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerServiceCapability;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.disks.VolumeId;
import dev.spindle.rpc.Utf8;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A volume's life as Kubernetes sees it, on disks of 1, 2 and 4 GiB. */
@Timeout(60)
class ControllerServiceTest {
  private static final long GIB = VolumeRequests.GIB;

  private final MemoryClaims claims = new MemoryClaims(4 * GIB, GIB, 2 * GIB);
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    served = new Served(claims);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void itOffersExactlyWhatItDoes() {
    assertThat(
            served
                .stub()
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(ControllerServiceCapability::getRpc)
        .extracting(RPC::getType)
        .containsExactlyInAnyOrder(
            RPC.Type.CREATE_DELETE_VOLUME,
            RPC.Type.GET_CAPACITY,
            RPC.Type.LIST_VOLUMES,
            RPC.Type.SINGLE_NODE_MULTI_WRITER);
  }

  @Test
  void aVolumeSaysItsIdItsSizeAndWhereItIsAndNothingElse() {
    Volume volume = create("pvc-1");
    assertThat(VolumeId.parse(volume.getVolumeId()).orElseThrow().topologyValue()).isEqualTo("n1");
    assertThat(volume.getCapacityBytes()).isEqualTo(GIB);
    assertThat(volume.getAccessibleTopologyList()).containsExactly(Served.HERE.toProto());
    assertThat(volume.getVolumeContextMap()).isEmpty();
    assertThat(create("pvc-1")).isEqualTo(volume);
  }

  @Test
  void aNameThatIsTakenIsToldBeforeLackOfRoom() {
    create("pvc-1");
    CreateVolumeRequest.Builder huge = VolumeRequests.create("pvc-1");
    huge.getCapacityRangeBuilder().setRequiredBytes(100 * GIB);
    assertThat(Served.failure(() -> served.stub().createVolume(huge.build())).getCode())
        .isEqualTo(Code.ALREADY_EXISTS);
    assertThat(
            Served.failure(() -> served.stub().createVolume(huge.setName("pvc-2").build()))
                .getCode())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void eightThreadsThatCreateOneVolumeGetOneVolume() throws Exception {
    Queue<String> ids = new ConcurrentLinkedQueue<>();
    Queue<Code> codes = new ConcurrentLinkedQueue<>();
    inEightThreads(
        () -> {
          try {
            ids.add(create("pvc-1").getVolumeId());
          } catch (StatusRuntimeException failed) {
            codes.add(failed.getStatus().getCode());
          }
        });
    assertThat(ids).isNotEmpty();
    assertThat(ids.stream().distinct()).hasSize(1);
    assertThat(codes).allMatch(Code.ABORTED::equals);
    assertThat(ids.size() + codes.size()).isEqualTo(8);
    assertThat(claims.volumes()).hasSize(1);
  }

  @Test
  void eightThreadsThatDeleteOneVolumeAllEndWell() throws Exception {
    String id = create("pvc-1").getVolumeId();
    Queue<Code> codes = new ConcurrentLinkedQueue<>();
    inEightThreads(
        () -> {
          try {
            delete(id);
            codes.add(Code.OK);
          } catch (StatusRuntimeException failed) {
            codes.add(failed.getStatus().getCode());
          }
        });
    assertThat(codes).hasSize(8).contains(Code.OK);
    assertThat(codes).allMatch(code -> code == Code.OK || code == Code.ABORTED);
    assertThat(claims.volumes()).isEmpty();
  }

  @Test
  void deletingIsIdempotent() {
    String id = create("pvc-1").getVolumeId();
    for (int i = 0; i < 2; i++) {
      assertThat(delete(id)).isEqualTo(DeleteVolumeResponse.getDefaultInstance());
    }
    assertThat(claims.volumes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fake-vol-id",
        "n1/",
        "/0b9d1f0e-6a3c-4c55-9d6e-0a1b2c3d4e5f",
        "n1/0b9d1f0e-6a3c-4c55-9d6e-0a1b2c3d4e5",
        "n1/0B9D1F0E-6A3C-4C55-9D6E-0A1B2C3D4E5F",
        "\n"
      })
  void anIdThatIsNoneOfOursIsDeletedAlreadyAndNotFound(String id) {
    assertThat(delete(id)).isEqualTo(DeleteVolumeResponse.getDefaultInstance());
    assertThat(validateFailure(id).getCode()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void anIdOf4KibIsNoneOfOurs() {
    String id = "a".repeat(4096);
    assertThat(delete(id)).isEqualTo(DeleteVolumeResponse.getDefaultInstance());
    Status status = validateFailure(id);
    assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND);
    assertThat(Utf8.length(String.valueOf(status.getDescription()))).isLessThan(400);
  }

  @Test
  void anIdOfAnotherNodeIsNeverTakenForDeleted() {
    Status status = Served.failure(() -> delete("n2/" + UUID.randomUUID()));
    assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).contains("on node n2");
  }

  @Test
  void missingFieldsAreNamedBeforeAnythingIsLookedAt() {
    String id = create("pvc-1").getVolumeId();
    claims.ready = false;
    assertInvalid(Served.failure(() -> delete("")), "volume_id is missing");
    assertInvalid(validateFailure(""), "volume_id is missing");
    assertInvalid(Served.failure(() -> validate(id, List.of())), "volume_capabilities is missing");
    assertInvalid(
        Served.failure(
            () ->
                served
                    .stub()
                    .listVolumes(ListVolumesRequest.newBuilder().setMaxEntries(-1).build())),
        "max_entries is negative");
  }

  @Test
  void everythingAskedIsConfirmedOrNothing() {
    String id = create("pvc-1").getVolumeId();
    VolumeCapability plain = VolumeRequests.mount("", Mode.SINGLE_NODE_WRITER);
    VolumeCapability ext4 = VolumeRequests.mount("ext4", Mode.SINGLE_NODE_SINGLE_WRITER);
    assertThat(validate(id, List.of(plain, ext4)).getConfirmed().getVolumeCapabilitiesList())
        .containsExactly(plain, ext4);
    assertUnconfirmed(validate(id, List.of(plain, VolumeRequests.block())), "for MOUNT access");
    assertUnconfirmed(
        validate(id, List.of(VolumeRequests.mount("xfs", Mode.SINGLE_NODE_WRITER))), "has ext4");
    assertUnconfirmed(
        validate(id, List.of(plain, VolumeRequests.mount("", Mode.MULTI_NODE_MULTI_WRITER))),
        "one node only");
  }

  @Test
  void aBlockVolumeIsConfirmedForBlockOnly() {
    String id =
        served
            .stub()
            .createVolume(
                VolumeRequests.create("pvc-1")
                    .clearVolumeCapabilities()
                    .addVolumeCapabilities(VolumeRequests.block())
                    .build())
            .getVolume()
            .getVolumeId();
    assertThat(validate(id, List.of(VolumeRequests.block())).hasConfirmed()).isTrue();
    assertUnconfirmed(
        validate(id, List.of(VolumeRequests.mount("", Mode.SINGLE_NODE_WRITER))),
        "for BLOCK access");
  }

  @Test
  void parametersAreConfirmedIfTheVolumeWasMadeWithThem() {
    CreateVolumeRequest request =
        VolumeRequests.create("pvc-1")
            .putParameters("scrub", "discard")
            .putParameters("csi.storage.k8s.io/pvc/name", "data")
            .build();
    String id = served.stub().createVolume(request).getVolume().getVolumeId();
    ValidateVolumeCapabilitiesRequest asked =
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(id)
            .addAllVolumeCapabilities(request.getVolumeCapabilitiesList())
            .putVolumeContext("storage.kubernetes.io/csiProvisionerIdentity", "1-2-disk")
            .putParameters("scrub", "discard")
            .build();
    ValidateVolumeCapabilitiesResponse response = served.stub().validateVolumeCapabilities(asked);
    assertThat(response.getConfirmed().getParametersMap()).containsOnlyKeys("scrub");
    assertThat(response.getConfirmed().getVolumeContextMap()).isEmpty();
    for (String other : new String[] {"zero", "shred"}) {
      assertUnconfirmed(
          served
              .stub()
              .validateVolumeCapabilities(asked.toBuilder().putParameters("scrub", other).build()),
          "other parameters");
    }
    assertUnconfirmed(
        served
            .stub()
            .validateVolumeCapabilities(asked.toBuilder().putParameters("fstype", "xfs").build()),
        "other parameters");
    assertUnconfirmed(
        served
            .stub()
            .validateVolumeCapabilities(
                asked.toBuilder().putModifiableParameters("iops", "9").build()),
        "mutable parameters");
  }

  private Volume create(String name) {
    return served.stub().createVolume(VolumeRequests.create(name).build()).getVolume();
  }

  private DeleteVolumeResponse delete(String id) {
    return served.stub().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private ValidateVolumeCapabilitiesResponse validate(
      String id, List<VolumeCapability> capabilities) {
    return served
        .stub()
        .validateVolumeCapabilities(
            ValidateVolumeCapabilitiesRequest.newBuilder()
                .setVolumeId(id)
                .addAllVolumeCapabilities(capabilities)
                .build());
  }

  private Status validateFailure(String id) {
    return Served.failure(
        () -> validate(id, List.of(VolumeRequests.mount("", Mode.SINGLE_NODE_WRITER))));
  }

  private static void assertInvalid(Status status, String sentence) {
    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo(sentence);
  }

  private static void assertUnconfirmed(ValidateVolumeCapabilitiesResponse response, String why) {
    assertThat(response.hasConfirmed()).isFalse();
    assertThat(response.getMessage()).contains(why);
    assertThat(Utf8.length(response.getMessage())).isLessThanOrEqualTo(128);
  }

  private static void inEightThreads(Runnable call) throws InterruptedException {
    CyclicBarrier together = new CyclicBarrier(8);
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                try {
                  together.await();
                } catch (Exception never) {
                  throw new AssertionError(never);
                }
                call.run();
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
