package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.DeleteVolumeRequest;
import csi.v1.GetCapacityRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.TopologyRequirement;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.claim.Provisioned;
import dev.spindle.disks.claim.Provisioned.Refusal;
import dev.spindle.disks.claim.Released;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.rpc.InFlight;
import dev.spindle.rpc.NodeTopology;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table operation, outcome, code. */
class OutcomeTest {
  private static final UUID VOLUME = UUID.fromString("0b9d1f0e-6a3c-4c55-9d6e-0a1b2c3d4e5f");
  private static final String ID = MemoryClaims.NODE + "/" + VOLUME;
  private static final VolumeSpec SPEC =
      VolumeRequest.parse(VolumeRequests.create("pvc-1").build());
  private static final DiskRecord RECORD =
      MemoryClaims.record(VOLUME, SPEC, 2 * VolumeRequests.GIB);

  private static Message create(ControllerBlockingStub stub) {
    return stub.createVolume(VolumeRequests.create("pvc-1").build());
  }

  private static Message delete(ControllerBlockingStub stub) {
    return stub.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(ID).build());
  }

  private static Message validate(ControllerBlockingStub stub) {
    return stub.validateVolumeCapabilities(
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(ID)
            .addVolumeCapabilities(VolumeRequests.mount("", Mode.SINGLE_NODE_WRITER))
            .build());
  }

  private static Message list(ControllerBlockingStub stub) {
    return stub.listVolumes(ListVolumesRequest.getDefaultInstance());
  }

  private static Message capacity(ControllerBlockingStub stub) {
    return stub.getCapacity(GetCapacityRequest.getDefaultInstance());
  }

  @ParameterizedTest(name = "{0} gives {3} {4}")
  @MethodSource("table")
  void everyOutcomeHasItsCode(
      String what,
      Consumer<MemoryClaims> outcome,
      Function<ControllerBlockingStub, Message> call,
      Code code,
      String sentence)
      throws IOException {
    MemoryClaims claims = new MemoryClaims();
    outcome.accept(claims);
    try (Served served = new Served(claims)) {
      if (code == Code.OK) {
        assertThat(call.apply(served.stub())).as(what).isNotNull();
      } else {
        var status = Served.failure(() -> call.apply(served.stub()));
        assertThat(status.getCode()).as(what).isEqualTo(code);
        assertThat(status.getDescription()).isEqualTo(sentence);
      }
    }
  }

  static Stream<Arguments> table() {
    return Stream.of(creations(), deletions(), validations(), notReady())
        .flatMap(Function.identity());
  }

  private static Stream<Arguments> creations() {
    Reason mounted = new Reason(Reason.Code.MOUNTED, "/dev/sdb1 is mounted at /data");
    return Stream.of(
        create("claimed", () -> new Provisioned.Claimed(RECORD), Code.OK, ""),
        create("existing", () -> new Provisioned.Existing(RECORD), Code.OK, ""),
        create(
            "conflict",
            () -> new Provisioned.Conflict(RECORD, "it has 8Gi"),
            Code.ALREADY_EXISTS,
            "a volume named pvc-1 exists and differs: it has 8Gi"),
        create(
            "no disk fits",
            () -> new Provisioned.NoDiskFits(List.of(new Refusal("sdb", List.of(mounted)))),
            Code.RESOURCE_EXHAUSTED,
            "no disk on node n1 fits 1Gi: sdb: /dev/sdb1 is mounted at /data"),
        create(
            "uncertain",
            () -> new Provisioned.Uncertain("sdc, which held it, does not answer"),
            Code.UNAVAILABLE,
            "sdc, which held it, does not answer"),
        create(
            "an I/O error",
            () -> {
              throw new IOException("write /dev/sdb1: EIO");
            },
            Code.UNAVAILABLE,
            "whether volume pvc-1 was made is not known: write /dev/sdb1: EIO"),
        create(
            "a mistake",
            () -> {
              throw new IllegalStateException("oops");
            },
            Code.INTERNAL,
            "IllegalStateException: oops"));
  }

  private static Stream<Arguments> deletions() {
    return Stream.of(
        delete("gone", Released.Gone::new, Code.OK, ""),
        delete("unknown", Released.Unknown::new, Code.OK, ""),
        delete(
            "in use",
            () -> new Released.InUse("mounted at /var/lib/kubelet/x"),
            Code.FAILED_PRECONDITION,
            "volume " + ID + " is in use: mounted at /var/lib/kubelet/x"),
        delete(
            "elsewhere",
            () -> new Released.Elsewhere("n2"),
            Code.FAILED_PRECONDITION,
            "volume " + ID + " is on node n2; this is n1"),
        delete(
            "uncertain",
            () -> new Released.Uncertain("sdc is frozen"),
            Code.UNAVAILABLE,
            "sdc is frozen"),
        delete(
            "an I/O error",
            () -> {
              throw new IOException("BLKPG /dev/sdb: EIO");
            },
            Code.INTERNAL,
            "BLKPG /dev/sdb: EIO"));
  }

  private static Stream<Arguments> validations() {
    return Stream.of(
        validate("found", new Found.Volume(RECORD, MemoryClaims.disk()), Code.OK, ""),
        validate(
            "missing",
            new Found.Missing(),
            Code.NOT_FOUND,
            "there is no volume " + ID + " on this node"),
        validate(
            "elsewhere",
            new Found.Elsewhere("n2"),
            Code.NOT_FOUND,
            "volume " + ID + " is on node n2; this is n1"),
        validate(
            "uncertain",
            new Found.Uncertain("sdc does not answer"),
            Code.UNAVAILABLE,
            "sdc does not answer"));
  }

  private static Stream<Arguments> notReady() {
    return Stream.<Function<ControllerBlockingStub, Message>>of(
            OutcomeTest::create,
            OutcomeTest::delete,
            OutcomeTest::validate,
            OutcomeTest::list,
            OutcomeTest::capacity)
        .map(
            call ->
                row(
                    "anything before the first look",
                    claims -> claims.ready = false,
                    call,
                    Code.UNAVAILABLE,
                    "the disks of this node are still being read; try again"));
  }

  @Test
  void aVolumeInFlightIsAborted() throws Exception {
    try (Served served = new Served(new MemoryClaims())) {
      served.inFlight.alone(
          InFlight.name("pvc-1"),
          () -> {
            var status = Served.failure(() -> create(served.stub()));
            assertThat(status.getCode()).isEqualTo(Code.ABORTED);
            assertThat(status.getDescription())
                .isEqualTo("an operation on the volume named pvc-1 is already running");
            return 0;
          });
      served.inFlight.alone(
          InFlight.volume(ID),
          () -> {
            var status = Served.failure(() -> delete(served.stub()));
            assertThat(status.getCode()).isEqualTo(Code.ABORTED);
            return 0;
          });
    }
  }

  @Test
  void aPlaceThatIsNotThisNodeIsExhaustedUnlessTheNameIsTakenHere() throws IOException {
    MemoryClaims claims = new MemoryClaims(2 * VolumeRequests.GIB);
    NodeTopology other = new NodeTopology(Served.HERE.key(), "n2");
    TopologyRequirement elsewhere =
        TopologyRequirement.newBuilder().addRequisite(other.toProto()).build();
    var request = VolumeRequests.create("pvc-1").setAccessibilityRequirements(elsewhere).build();
    try (Served served = new Served(claims)) {
      var status = Served.failure(() -> served.stub().createVolume(request));
      assertThat(status.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(status.getDescription()).contains("this node, disk.spindle.dev/node=n1");
      assertThat(claims.volumes()).isEmpty();
      assertThat(create(served.stub())).isNotNull();
      assertThat(Served.failure(() -> served.stub().createVolume(request)).getCode())
          .isEqualTo(Code.ALREADY_EXISTS);
    }
  }

  private static Arguments create(
      String what, Callable<Provisioned> outcome, Code code, String sentence) {
    return row(
        "create, " + what,
        claims -> claims.provisioned = Optional.of(outcome),
        OutcomeTest::create,
        code,
        sentence);
  }

  private static Arguments delete(
      String what, Callable<Released> outcome, Code code, String sentence) {
    return row(
        "delete, " + what,
        claims -> claims.released = Optional.of(outcome),
        OutcomeTest::delete,
        code,
        sentence);
  }

  private static Arguments validate(String what, Found outcome, Code code, String sentence) {
    return row(
        "validate, " + what,
        claims -> claims.found = Optional.of(outcome),
        OutcomeTest::validate,
        code,
        sentence);
  }

  private static Arguments row(
      String what,
      Consumer<MemoryClaims> outcome,
      Function<ControllerBlockingStub, Message> call,
      Code code,
      String sentence) {
    return Arguments.of(what, outcome, call, code, sentence);
  }
}
