package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import csi.v1.Topology;
import csi.v1.VolumeCapability.AccessMode.Mode;
import dev.spindle.linux.FilesystemType;
import dev.spindle.rpc.NodeTopology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers that the scheduler goes by, of two disks. */
class GetCapacityTest {
  private static final long GIB = VolumeRequests.GIB;

  private final MemoryClaims claims = new MemoryClaims(GIB, 2 * GIB);
  private final Complaints complaints = new Complaints();
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    Logger.getLogger(CapacityQuestion.class.getName()).addHandler(complaints);
    served = new Served(claims);
  }

  @AfterEach
  void stop() {
    served.close();
    Logger.getLogger(CapacityQuestion.class.getName()).removeHandler(complaints);
  }

  @Test
  void itIsTheSumAndTheLargestSingleVolume() {
    assertRoom(ask(request -> {}), 3 * GIB, 2 * GIB);
    assertRoom(
        ask(request -> request.setAccessibleTopology(Served.HERE.toProto())), 3 * GIB, 2 * GIB);
  }

  @Test
  void theParametersOfTheClassAreHonouredUnfilteredAsTheyCome() {
    assertRoom(
        ask(
            request ->
                request
                    .putParameters("csi.storage.k8s.io/fstype", "xfs")
                    .putParameters("csi.storage.k8s.io/provisioner-secret-name", "s")
                    .putParameters("diskType", "ssd")),
        3 * GIB,
        2 * GIB);
    assertThat(claims.lastParameters)
        .satisfies(
            seen -> {
              assertThat(seen.filesystem()).contains(FilesystemType.XFS);
              assertThat(seen.given()).containsOnlyKeys("diskType");
            });
  }

  @Test
  void theCapabilityDecidesWhichFilesystemIsNeeded() {
    ask(
        request ->
            request.addVolumeCapabilities(VolumeRequests.mount("btrfs", Mode.SINGLE_NODE_WRITER)));
    assertThat(claims.lastParameters)
        .satisfies(seen -> assertThat(seen.filesystem()).contains(FilesystemType.BTRFS));
    ask(
        request ->
            request.putParameters("fstype", "xfs").addVolumeCapabilities(VolumeRequests.block()));
    assertThat(claims.lastParameters).satisfies(seen -> assertThat(seen.filesystem()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatCannotBeMadeHereHasNoRoomAndIsNoError(Consumer<GetCapacityRequest.Builder> asked) {
    assertRoom(ask(asked), 0, 0);
  }

  static Stream<Consumer<GetCapacityRequest.Builder>> impossible() {
    Topology other = new NodeTopology(Served.HERE.key(), "n2").toProto();
    return Stream.of(
        request -> request.setAccessibleTopology(other),
        request -> request.putParameters("raid", "5"),
        request -> request.putParameters("fstype", "zfs"),
        request ->
            request.addVolumeCapabilities(VolumeRequests.mount("", Mode.MULTI_NODE_MULTI_WRITER)),
        request ->
            request.addVolumeCapabilities(VolumeRequests.mount("ntfs", Mode.SINGLE_NODE_WRITER)),
        request ->
            request
                .putParameters("fstype", "xfs")
                .addVolumeCapabilities(VolumeRequests.mount("ext4", Mode.SINGLE_NODE_WRITER)),
        request -> request.addVolumeCapabilitiesBuilder());
  }

  @Test
  void aClassThatCannotWorkIsComplainedAboutOnce() {
    for (int i = 0; i < 3; i++) {
      ask(request -> request.putParameters("raid", "5"));
      ask(request -> request.putParameters("mirror", "2"));
    }
    assertThat(complaints.texts).hasSize(2).anyMatch(text -> text.contains("\"raid\""));
  }

  private GetCapacityResponse ask(Consumer<GetCapacityRequest.Builder> asked) {
    GetCapacityRequest.Builder request = GetCapacityRequest.newBuilder();
    asked.accept(request);
    return served.stub().getCapacity(request.build());
  }

  private static void assertRoom(GetCapacityResponse response, long available, long largest) {
    assertThat(response.getAvailableCapacity()).isEqualTo(available);
    assertThat(response.hasMaximumVolumeSize()).isTrue();
    assertThat(response.getMaximumVolumeSize().getValue()).isEqualTo(largest);
  }

  /** What was logged. */
  private static final class Complaints extends Handler {
    private final List<String> texts = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      texts.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
