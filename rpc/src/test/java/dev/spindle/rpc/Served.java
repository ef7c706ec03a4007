package dev.spindle.rpc;

import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.IdentityGrpc;
import csi.v1.IdentityGrpc.IdentityBlockingStub;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;

/** Services behind a real server, with the interceptors in the order in which they belong. */
final class Served implements AutoCloseable {
  private final Server server;
  private final ManagedChannel channel;

  Served(BindableService... services) throws IOException {
    String name = InProcessServerBuilder.generateName();
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            // The interceptor that was added last is the outermost.
            .intercept(new StatusTranslation())
            .intercept(new CallLog());
    for (BindableService service : services) {
      builder.addService(service);
    }
    server = builder.build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(channel);
  }

  IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
