package dev.spindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.VolumeUsage;
import csi.v1.VolumeUsage.Unit;
import dev.spindle.linux.Mounts;
import dev.spindle.node.mount.Expanded;
import dev.spindle.node.mount.Measured;
import dev.spindle.node.mount.Outcome;
import dev.spindle.node.mount.Refused;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeReplyTest {
  @ParameterizedTest
  @CsvSource({
    "BAD_REQUEST, INVALID_ARGUMENT",
    "UNKNOWN, NOT_FOUND",
    "CONFLICT, ALREADY_EXISTS",
    "UNFIT, FAILED_PRECONDITION",
    "OUT_OF_RANGE, OUT_OF_RANGE",
    "NOT_NOW, UNAVAILABLE",
    "FAILED, INTERNAL",
    "HALF_DONE, ABORTED"
  })
  void everyRefusalHasItsCodeAndKeepsItsSentence(Refused.Kind kind, Status.Code code) {
    Refused refused = new Refused(kind, "why");

    Status ofOutcome = Status.fromThrowable(catchThrowable(() -> NodeReply.of(refused, "done")));
    Status ofMeasured =
        Status.fromThrowable(catchThrowable(() -> NodeReply.of((Measured) refused)));

    assertThat(ofOutcome.getCode()).isEqualTo(code);
    assertThat(ofOutcome.getDescription()).isEqualTo("why");
    assertThat(ofMeasured.getCode()).isEqualTo(code);
    assertThatThrownBy(() -> NodeReply.of((Expanded) refused)).hasMessageContaining("why");
  }

  @Test
  void whatIsDoneIsAnswered() {
    assertThat(NodeReply.of(new Outcome.Done(), "done")).isEqualTo("done");
  }

  @Test
  void aFilesystemIsMeasuredInBytesAndInodes() {
    NodeGetVolumeStatsResponse answer =
        NodeReply.of(new Measured.Filesystem(new Mounts.Usage(100, 60, 30, 10, 7)));

    assertThat(answer.getUsageList())
        .containsExactly(
            VolumeUsage.newBuilder()
                .setUnit(Unit.BYTES)
                .setTotal(100)
                .setAvailable(60)
                .setUsed(30)
                .build(),
            VolumeUsage.newBuilder()
                .setUnit(Unit.INODES)
                .setTotal(10)
                .setAvailable(7)
                .setUsed(3)
                .build());
  }

  @Test
  void inodesThatAreNotCountedAndTheUseOfADeviceAreLeftOut() {
    assertThat(
            NodeReply.of(new Measured.Filesystem(new Mounts.Usage(100, 60, 30, 0, 0)))
                .getUsageList())
        .extracting(VolumeUsage::getUnit)
        .containsExactly(Unit.BYTES);
    assertThat(NodeReply.of(new Measured.Device(4096)).getUsageList())
        .containsExactly(VolumeUsage.newBuilder().setUnit(Unit.BYTES).setTotal(4096).build());
  }
}
