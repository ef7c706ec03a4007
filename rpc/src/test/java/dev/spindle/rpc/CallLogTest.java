package dev.spindle.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc.ControllerImplBase;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.IdentityGrpc.IdentityImplBase;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import csi.v1.VolumeCapability;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one line that each call leaves. */
@Timeout(30)
class CallLogTest {
  private Lines lines;
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    lines = new Lines(CallLog.class);
    served = new Served(new FewCalls(), new Probed());
  }

  @AfterEach
  void stop() {
    served.close();
    lines.close();
  }

  @Test
  void aCallIsMethodVolumeCodeAndTime() {
    served.controller().createVolume(CreateVolumeRequest.newBuilder().setName("pvc-1").build());
    assertThat(lines.texts()).singleElement().asString().matches("CreateVolume pvc-1 OK \\d+ ms");
    assertThat(lines.records().get(0).getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void aCallWithoutAVolumeHasNone() {
    served.controller().listVolumes(ListVolumesRequest.getDefaultInstance());
    assertThat(lines.texts()).singleElement().asString().matches("ListVolumes OK \\d+ ms");
  }

  @Test
  void aFailureHasItsSentence() {
    fails(() -> served.controller().deleteVolume(delete("n1/x")));
    assertThat(lines.texts())
        .singleElement()
        .asString()
        .matches("DeleteVolume n1/x FAILED_PRECONDITION \\d+ ms: volume n1/x is in use");
  }

  @Test
  void secretsMountFlagsAndParametersAreNotInIt() {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getMountBuilder().addMountFlags("password=hunter2");
    served
        .controller()
        .createVolume(
            CreateVolumeRequest.newBuilder()
                .setName("pvc-1")
                .putSecrets("key", "hunter2")
                .putParameters("scrub", "hunter2")
                .addVolumeCapabilities(capability)
                .build());
    fails(
        () ->
            served
                .controller()
                .deleteVolume(
                    delete("n1/x").toBuilder().putSecrets("password", "hunter2").build()));
    assertThat(lines.texts())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotContain("hunter2", "password"));
  }

  @Test
  void aVolumeCannotForgeALineOrFillTheLog() {
    served
        .controller()
        .createVolume(
            CreateVolumeRequest.newBuilder()
                .setName("a\nDeleteVolume b\u001b[2J\u2028\u202e" + "c".repeat(10_000))
                .build());
    assertThat(lines.texts())
        .singleElement()
        .asString()
        .startsWith("CreateVolume a?DeleteVolume b?[2J??ccc")
        .hasSizeLessThan(300);
  }

  @Test
  void aProbeIsQuietUntilItFails() {
    served.identity().probe(ProbeRequest.getDefaultInstance());
    Probed.fails = true;
    try {
      fails(() -> served.identity().probe(ProbeRequest.getDefaultInstance()));
    } finally {
      Probed.fails = false;
    }
    assertThat(lines.records())
        .extracting(record -> record.getLevel())
        .containsExactly(Level.FINE, Level.INFO);
  }

  @Test
  void workThatOutlivesItsCallerIsSaidToHaveEndedTooLate() {
    fails(
        () ->
            served
                .controller()
                .withDeadlineAfter(Duration.ofSeconds(2))
                .createVolume(CreateVolumeRequest.newBuilder().setName("slow").build()));
    assertThat(lines.texts())
        .singleElement()
        .asString()
        .matches("CreateVolume slow OK \\d+ ms, too late for the caller");
  }

  private static void fails(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class);
  }

  private static DeleteVolumeRequest delete(String id) {
    return DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
  }

  /** Creates anything, deletes nothing. */
  private static final class FewCalls extends ControllerImplBase {
    @Override
    public void createVolume(
        CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
      Unary.answer(
          reply,
          () -> {
            while (request.getName().equals("slow") && !Context.current().isCancelled()) {
              Thread.sleep(1);
            }
            return CreateVolumeResponse.getDefaultInstance();
          });
    }

    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      Unary.answer(
          reply,
          () -> {
            throw Failure.precondition("volume " + request.getVolumeId() + " is in use");
          });
    }

    @Override
    public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> reply) {
      Unary.answer(reply, ListVolumesResponse::getDefaultInstance);
    }
  }

  /** Well, or not. */
  private static final class Probed extends IdentityImplBase {
    private static volatile boolean fails;

    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> reply) {
      Unary.answer(
          reply,
          () -> {
            if (fails) {
              throw Failure.precondition("not well");
            }
            return ProbeResponse.getDefaultInstance();
          });
    }
  }
}
