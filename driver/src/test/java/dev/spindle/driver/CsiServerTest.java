package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CsiServerTest {
  private static final int MORE_CALLS_THAN_THREADS = 70;

  private final CountDownLatch disks = new CountDownLatch(1);
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private SocketPath socket;
  private CsiServer server;
  private ManagedChannel channel;

  /** Answers at once. */
  private static final class Identity extends IdentityGrpc.IdentityImplBase {
    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> reply) {
      reply.onNext(ProbeResponse.getDefaultInstance());
      reply.onCompleted();
    }
  }

  /** Answers when the disks do. */
  private final class Controller extends ControllerGrpc.ControllerImplBase {
    @Override
    public void createVolume(
        CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
      try {
        disks.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      reply.onNext(CreateVolumeResponse.getDefaultInstance());
      reply.onCompleted();
    }
  }

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    socket = SocketPath.of(directory.resolve("csi.sock").toString());
    server = CsiServer.start(socket, List.of(new Identity(), new Controller()), List.of());
    channel = CsiChannel.to(socket.path(), loop);
  }

  @AfterEach
  void stop() throws Exception {
    disks.countDown();
    server.stop(Duration.ofSeconds(10));
    channel.shutdownNow();
    var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  @Test
  void hungDisksDoNotKeepProbeFromAnswering() throws Exception {
    List<Future<CreateVolumeResponse>> hung = new ArrayList<>();
    for (int i = 0; i < MORE_CALLS_THAN_THREADS; i++) {
      hung.add(create());
    }
    assertThat(
            IdentityGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .probe(ProbeRequest.getDefaultInstance()))
        .isEqualTo(ProbeResponse.getDefaultInstance());
    disks.countDown();
    for (Future<CreateVolumeResponse> call : hung) {
      call.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void stoppingLetsRunningCallsFinishAndRemovesTheSocket() throws Exception {
    Future<CreateVolumeResponse> running = create();
    IdentityGrpc.newBlockingStub(channel).probe(ProbeRequest.getDefaultInstance());
    Thread later =
        new Thread(
            () -> {
              pause();
              disks.countDown();
            });
    later.start();
    assertThat(server.stop(Duration.ofSeconds(10))).isTrue();
    assertThat(running.get(1, TimeUnit.SECONDS)).isNotNull();
    assertThat(socket.path()).doesNotExist();
  }

  @Test
  void stoppingDoesNotWaitForever() throws Exception {
    Future<CreateVolumeResponse> running = create();
    IdentityGrpc.newBlockingStub(channel).probe(ProbeRequest.getDefaultInstance());
    assertThat(server.stop(Duration.ofMillis(200))).isFalse();
    assertThat(socket.path()).doesNotExist();
    disks.countDown();
    assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS)).hasMessageContaining("CANCELLED");
  }

  @Test
  void aSecondServerIsRefused() {
    assertThatThrownBy(() -> CsiServer.start(socket, List.of(), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("listens");
  }

  @Test
  void onlyCallsThatAskNoDiskAreQuick() {
    assertThat(CallThreads.neverWaits("csi.v1.Identity/Probe")).isTrue();
    assertThat(CallThreads.neverWaits("csi.v1.Node/NodeGetCapabilities")).isTrue();
    assertThat(CallThreads.neverWaits("csi.v1.Node/NodeStageVolume")).isFalse();
    assertThat(CallThreads.neverWaits("csi.v1.Node/NodeGetInfo")).isFalse();
  }

  private Future<CreateVolumeResponse> create() {
    return ControllerGrpc.newFutureStub(channel)
        .createVolume(CreateVolumeRequest.getDefaultInstance());
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
