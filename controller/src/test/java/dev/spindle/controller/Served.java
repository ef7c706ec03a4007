package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import dev.spindle.disks.claim.Claims;
import dev.spindle.rpc.InFlight;
import dev.spindle.rpc.NodeTopology;
import dev.spindle.rpc.StatusTranslation;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The controller behind a server; calls run on the threads that make them. */
final class Served implements AutoCloseable {
  static final NodeTopology HERE = new NodeTopology("disk.spindle.dev/node", MemoryClaims.NODE);

  final InFlight inFlight = new InFlight();
  private final Server server;
  private final ManagedChannel channel;

  Served(Claims claims) throws IOException {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .intercept(new StatusTranslation())
            .addService(new ControllerService(claims, HERE, inFlight))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  ControllerBlockingStub stub() {
    return ControllerGrpc.newBlockingStub(channel);
  }

  /** The status that a call fails with, which must have a sentence. */
  static Status failure(ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).as("the call succeeded").isNotNull();
    assertThat(thrown.getStatus().getDescription()).isNotBlank();
    return thrown.getStatus();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
