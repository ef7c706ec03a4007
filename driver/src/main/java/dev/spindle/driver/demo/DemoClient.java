package dev.spindle.driver.demo;

import csi.v1.CapacityRange;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.ProbeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import dev.spindle.disks.Quantity;
import dev.spindle.driver.CsiChannel;
import dev.spindle.driver.SocketPath;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls the driver as Kubernetes does, over its socket, and says one line about each call. */
final class DemoClient implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final PrintWriter out;
  private final EventLoopGroup loop;
  private final ManagedChannel channel;

  DemoClient(SocketPath socket, PrintWriter out) {
    this.out = out;
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("client", true), EpollIoHandler.newFactory());
    this.channel = CsiChannel.to(socket.path(), loop);
  }

  /** Waits until the driver has taken its first look at the disks. */
  void awaitReady() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!IdentityGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .probe(ProbeRequest.getDefaultInstance())
        .getReady()
        .getValue()) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS)) {
        throw new IOException("the driver is not ready after " + DEADLINE_SECONDS + " seconds");
      }
      Thread.sleep(10);
    }
  }

  Volume create(String name, long requiredBytes, VolumeCapability capability) throws IOException {
    CreateVolumeRequest request =
        CreateVolumeRequest.newBuilder()
            .setName(name)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(requiredBytes))
            .addVolumeCapabilities(capability)
            .build();
    return call(
            "CreateVolume",
            name + ", at least " + Quantity.format(requiredBytes) + ", " + kind(capability),
            () -> controller().createVolume(request),
            reply ->
                reply.getVolume().getVolumeId()
                    + ", "
                    + Quantity.format(reply.getVolume().getCapacityBytes()))
        .getVolume();
  }

  void stage(Volume volume, Path staging, VolumeCapability capability) throws IOException {
    NodeStageVolumeRequest request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(volume.getVolumeId())
            .putAllVolumeContext(volume.getVolumeContextMap())
            .setStagingTargetPath(staging.toString())
            .setVolumeCapability(capability)
            .build();
    call(
        "NodeStageVolume",
        kind(capability) + " at " + staging,
        () -> node().nodeStageVolume(request),
        reply -> "OK");
  }

  void publish(Volume volume, Path staging, Path target, VolumeCapability capability)
      throws IOException {
    NodePublishVolumeRequest request =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(volume.getVolumeId())
            .putAllVolumeContext(volume.getVolumeContextMap())
            .setStagingTargetPath(staging.toString())
            .setTargetPath(target.toString())
            .setVolumeCapability(capability)
            .build();
    call(
        "NodePublishVolume",
        kind(capability) + " at " + target,
        () -> node().nodePublishVolume(request),
        reply -> "OK");
  }

  void unpublish(Volume volume, Path target) throws IOException {
    NodeUnpublishVolumeRequest request =
        NodeUnpublishVolumeRequest.newBuilder()
            .setVolumeId(volume.getVolumeId())
            .setTargetPath(target.toString())
            .build();
    call(
        "NodeUnpublishVolume",
        target.toString(),
        () -> node().nodeUnpublishVolume(request),
        reply -> "OK");
  }

  void unstage(Volume volume, Path staging) throws IOException {
    NodeUnstageVolumeRequest request =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(volume.getVolumeId())
            .setStagingTargetPath(staging.toString())
            .build();
    call(
        "NodeUnstageVolume",
        staging.toString(),
        () -> node().nodeUnstageVolume(request),
        reply -> "OK");
  }

  void delete(Volume volume) throws IOException {
    DeleteVolumeRequest request =
        DeleteVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).build();
    call(
        "DeleteVolume",
        volume.getVolumeId(),
        () -> controller().deleteVolume(request),
        reply -> "OK, its data are being erased");
  }

  private ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private <T> T call(String rpc, String with, Supplier<T> work, Function<T, String> cameBack)
      throws IOException {
    long start = System.nanoTime();
    try {
      T reply = work.get();
      double millis = (System.nanoTime() - start) / 1e6;
      out.printf(
          Locale.ROOT, "%-20s %s -> %s (%.1f ms)%n", rpc, with, cameBack.apply(reply), millis);
      out.flush();
      return reply;
    } catch (StatusRuntimeException refused) {
      throw new IOException(rpc + " " + with + ": " + refused.getStatus(), refused);
    }
  }

  private static String kind(VolumeCapability capability) {
    return capability.hasBlock() ? "block" : capability.getMount().getFsType();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
