package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import dev.spindle.driver.CsiChannel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** The distribution, serving in a process of its own on a socket of its own, and a talk with it. */
final class RunningDriver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path socket;
  private final Path log;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final ManagedChannel channel;

  private RunningDriver(Process process, Path socket, Path log) {
    this.process = process;
    this.socket = socket;
    this.log = log;
    this.channel = CsiChannel.to(socket, loop);
  }

  /** One that was started otherwise. */
  static RunningDriver of(Process process, Path socket, Path log) {
    return new RunningDriver(process, socket, log);
  }

  /** Starts it; it may not listen yet when this returns. */
  static RunningDriver start(List<String> disks, Path directory, Path log) throws IOException {
    return start(new Site(disks, directory), log);
  }

  /** Starts it, adding to the log; it may not listen yet when this returns. */
  static RunningDriver start(Site site, Path log) throws IOException {
    return startWith(site.serve(), site.socket(), log);
  }

  /** Starts it with these very arguments. */
  static RunningDriver startWith(List<String> arguments, Path socket, Path log) throws IOException {
    ProcessBuilder serve =
        Spindle.program(arguments)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new RunningDriver(serve.start(), socket, log);
  }

  Path socket() {
    return socket;
  }

  /**
   * Asks what is free until it is so much, or until it is clear that it will not be: at first disks
   * are still looked at, and at last one may still be erased.
   *
   * @return the last answer
   */
  GetCapacityResponse capacityOnce(long available) throws InterruptedException {
    return capacityOnce(bytes -> bytes == available);
  }

  private GetCapacityResponse capacityOnce(LongPredicate enough) throws InterruptedException {
    Instant late = Instant.now().plus(PATIENCE);
    while (true) {
      assertThat(process.isAlive()).as("the driver runs; its log: %s", log).isTrue();
      try {
        GetCapacityResponse answer =
            controller().getCapacity(GetCapacityRequest.getDefaultInstance());
        if (enough.test(answer.getAvailableCapacity()) || Instant.now().isAfter(late)) {
          return answer;
        }
      } catch (StatusRuntimeException notYet) {
        if (notYet.getStatus().getCode() != Status.Code.UNAVAILABLE
            || Instant.now().isAfter(late)) {
          throw notYet;
        }
      }
      Thread.sleep(50);
    }
  }

  /** Waits until it has taken its first look at the disks. */
  void awaitReady() throws InterruptedException {
    capacityOnce(anything -> true);
  }

  /** What it offers after its first look at the disks. */
  GetCapacityResponse capacity() throws InterruptedException {
    return capacityOnce(anything -> true);
  }

  /** A talk over this driver's connection. */
  CsiClient client(Tally tally) {
    return new CsiClient(channel, tally);
  }

  /** The process, for who wants to harm it or to watch it. */
  ProcessHandle process() {
    return process.toHandle();
  }

  List<ListVolumesResponse.Entry> volumes() {
    return controller().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntriesList();
  }

  /** Ends it as kill -9 does. What it had started itself may go on. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    disconnect();
  }

  /** The channel first, to its end: a call in it needs the loop to learn that it has failed. */
  private void disconnect() {
    try {
      if (!channel.shutdownNow().awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("calls of " + socket + " do not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /**
   * Asks it to end and waits for it.
   *
   * @return its exit status
   */
  int stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("the driver ends when it is asked to; its log: %s", log)
        .isTrue();
    return process.exitValue();
  }

  /** Asks it to end, as kubelet does, and makes sure that it has. */
  @Override
  public void close() {
    disconnect();
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    process.destroy();
    boolean ended = endedInTime();
    all.forEach(ProcessHandle::destroyForcibly);
    assertThat(ended).as("the driver ends when it is asked to; its log: %s", log).isTrue();
  }

  private boolean endedInTime() {
    try {
      return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ControllerGrpc.ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
