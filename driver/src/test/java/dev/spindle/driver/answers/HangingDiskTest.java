package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetCapacityRequest;
import csi.v1.NodeGrpc.NodeFutureStub;
import csi.v1.NodeStageVolumeResponse;
import dev.spindle.disks.State;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import dev.spindle.linux.testing.StallingFile;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that stops answering in the kernel, as dead disks do, beside one that is well. */
@RequireRoot
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class HangingDiskTest {
  private static final int MORE_CALLS_THAN_THREADS = 100;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private LiveDriver driver;
  private StallingFile file;
  private LoopDisk hanging;
  private Volume volume;
  private Volume other;

  @BeforeEach
  void start() throws IOException {
    driver = new LiveDriver(loops);
    file = StallingFile.create(loops, 64 * LiveDriver.MIB);
    hanging = driver.named(loops.attach(file.path(), 512));
    driver.disk(96);
    driver.start();
    volume = created("hanging");
    other = created("other");
    assertThat(driver.record(hanging).volume().csiName()).isEqualTo("hanging");
  }

  /** What hangs has to end before the driver can. */
  @AfterEach
  void stop() {
    file.close();
    driver.close();
  }

  private Volume created(String name) throws IOException {
    Volume wanted =
        new Volume(
            name, "", false, driver.folder("staging-" + name), driver.folder(name).resolve("pod"));
    return wanted.withId(
        driver
            .call(() -> driver.controller().createVolume(wanted.create().build()))
            .getVolume()
            .getVolumeId());
  }

  private Status stage(Volume which) {
    return driver.status(() -> driver.node().nodeStageVolume(which.stage().build()));
  }

  private Status publish(Volume which) {
    return driver.status(() -> driver.node().nodePublishVolume(which.publish().build()));
  }

  private Status unpublish(Volume which) {
    return driver.status(() -> driver.node().nodeUnpublishVolume(which.unpublish(which.target())));
  }

  private Status unstage(Volume which) {
    return driver.status(() -> driver.node().nodeUnstageVolume(which.unstage()));
  }

  private Status delete(Volume which) {
    return driver.status(() -> driver.controller().deleteVolume(which.delete()));
  }

  private Status stats(Volume which, Path at) {
    return driver.status(() -> driver.node().nodeGetVolumeStats(which.stats(at)));
  }

  /** Every call for the other volume, and those for all. */
  private void assertOtherIsServed() {
    assertThat(stage(other)).isEqualTo(Status.OK);
    assertThat(publish(other)).isEqualTo(Status.OK);
    assertThat(stats(other, other.target())).isEqualTo(Status.OK);
    assertThat(unpublish(other)).isEqualTo(Status.OK);
    assertThat(unstage(other)).isEqualTo(Status.OK);
    assertThat(
            driver.status(
                () -> driver.controller().getCapacity(GetCapacityRequest.getDefaultInstance())))
        .isEqualTo(Status.OK);
    assertThat(driver.ready()).isTrue();
  }

  private void awaitOk(Supplier<Status> call) {
    LiveDriver.await("an answer", () -> call.get().isOk());
  }

  @Test
  void anUnmountThatWaitsForItsDiskHoldsUpNoOtherVolumeAndEndsWithTheDisksAnswer()
      throws Exception {
    assertThat(stage(volume)).isEqualTo(Status.OK);
    assertThat(publish(volume)).isEqualTo(Status.OK);
    Files.writeString(volume.target().resolve("file"), "not on the disk yet");
    file.stall();

    for (int again = 0; again < MORE_CALLS_THAN_THREADS; again++) {
      assertThat(stats(volume, volume.target()).getCode()).isIn(Code.OK, Code.UNAVAILABLE);
    }
    assertThat(unpublish(volume)).isEqualTo(Status.OK);
    assertThat(
            driver
                .status(
                    () ->
                        driver
                            .node()
                            .withDeadlineAfter(1, TimeUnit.SECONDS)
                            .nodeUnstageVolume(volume.unstage()))
                .getCode())
        .isEqualTo(Code.DEADLINE_EXCEEDED);
    file.awaitAwaited();
    for (int again = 0; again < MORE_CALLS_THAN_THREADS; again++) {
      assertThat(unstage(volume).getCode()).isEqualTo(Code.ABORTED);
    }
    assertOtherIsServed();

    file.release();
    awaitOk(() -> unstage(volume));
    awaitOk(() -> stage(volume));
    assertThat(volume.staging().resolve("file")).hasContent("not on the disk yet");
  }

  /** A path in a filesystem that hangs: the look at it never comes back from the kernel. */
  @Test
  void aMeasurementThatHangsIsAskedOnceAndHoldsUpNoOtherVolume() throws Exception {
    assertThat(stage(volume)).isEqualTo(Status.OK);
    Path hangs = file.path().resolveSibling("hangs").resolve("pod");
    file.stall();

    for (int again = 0; again < MORE_CALLS_THAN_THREADS; again++) {
      Status status = stats(volume, hangs);
      assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(status.getDescription()).contains(volume.id(), "has not answered since");
    }
    assertThat(stats(volume, volume.staging()).getDescription()).contains("has not answered since");
    assertOtherIsServed();

    file.release();
    LiveDriver.await("the end of the look", () -> stats(volume, hangs).getCode() == Code.NOT_FOUND);
    awaitOk(() -> stats(volume, volume.staging()));
  }

  /** After a joining every disk of that size is asked whether it shows the new table too. */
  @Test
  void aDiskThatHangsHoldsUpNoJoiningOfAnotherOfItsSize() throws Exception {
    LoopDisk same = driver.disk(64);
    driver.restart();
    file.stall();
    Volume joined = created("joined");
    assertThat(driver.record(same).volume().csiName()).isEqualTo("joined");
    assertThat(stage(joined)).isEqualTo(Status.OK);
    assertThat(unstage(joined)).isEqualTo(Status.OK);
  }

  /** How a caller gives up. */
  enum Leaving {
    DEADLINE,
    CANCEL
  }

  @ParameterizedTest
  @EnumSource
  void aFormatThatOutlastsItsCallerGoesOnAndIsFoundDone(Leaving leaving) throws Exception {
    file.stallAtWriteFrom(2 * LiveDriver.MIB);
    assertStageGoesOnAfterItsCaller(leaving);
    assertThat(driver.record(hanging).state()).isEqualTo(State.FORMATTED);
    assertThat(publish(volume)).isEqualTo(Status.OK);
    Files.writeString(volume.target().resolve("file"), "content");
  }

  /** The check itself writes nothing; it is the repair after it that waits for the disk. */
  @ParameterizedTest
  @EnumSource
  void aRepairThatOutlastsItsCallerGoesOnAndIsFoundDone(Leaving leaving) throws Exception {
    assertThat(stage(volume)).isEqualTo(Status.OK);
    Files.writeString(volume.staging().resolve("file"), "content");
    assertThat(unstage(volume)).isEqualTo(Status.OK);
    Damage.run(
        List.of("debugfs", "-w", "-R", "set_bg 0 checksum 1234", hanging.partition(2).toString()));
    file.stallAtWriteFrom(2 * LiveDriver.MIB);
    assertStageGoesOnAfterItsCaller(leaving);
    assertThat(volume.staging().resolve("file")).hasContent("content");
  }

  private void assertStageGoesOnAfterItsCaller(Leaving leaving) throws Exception {
    NodeFutureStub node = driver.nodeFuture();
    Future<NodeStageVolumeResponse> staging =
        (leaving == Leaving.DEADLINE ? node.withDeadlineAfter(1, TimeUnit.SECONDS) : node)
            .nodeStageVolume(volume.stage().build());
    file.awaitAwaited();
    if (leaving == Leaving.CANCEL) {
      staging.cancel(true);
    }
    assertThat(LiveDriver.failure(staging))
        .isEqualTo(leaving == Leaving.CANCEL ? Code.CANCELLED : Code.DEADLINE_EXCEEDED);

    assertThat(stage(volume).getCode()).isEqualTo(Code.ABORTED);
    assertThat(unstage(volume).getCode()).isEqualTo(Code.ABORTED);
    assertThat(delete(volume).getCode()).isEqualTo(Code.ABORTED);
    assertOtherIsServed();
    assertThat(stage(volume).getCode()).isEqualTo(Code.ABORTED);

    file.release();
    LiveDriver.await(
        "the end of the work",
        () -> {
          Code code = stage(volume).getCode();
          // The disk may count as silent yet.
          assertThat(code).isIn(Code.OK, Code.ABORTED, Code.UNAVAILABLE);
          return code == Code.OK;
        });
  }
}
