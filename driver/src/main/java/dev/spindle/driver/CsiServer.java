package dev.spindle.driver;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gRPC server on its Unix socket. */
final class CsiServer {
  /** Within which callers are told that they are cut off. */
  private static final long CUT_OFF_SECONDS = 1;

  private final SocketPath socket;
  private final EventLoopGroup loop;
  private final CallThreads threads;
  private final Server server;

  private CsiServer(SocketPath socket, EventLoopGroup loop, CallThreads threads, Server server) {
    this.socket = socket;
    this.loop = loop;
    this.threads = threads;
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param interceptors the first one is outermost
   * @throws IOException with a sentence, if the socket cannot be made
   */
  static CsiServer start(
      SocketPath socket, List<BindableService> services, List<ServerInterceptor> interceptors)
      throws IOException {
    ExistingSocket.clear(socket);
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("socket", true), EpollIoHandler.newFactory());
    CallThreads threads = new CallThreads();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.path().toString()))
            .channelType(EpollServerDomainSocketChannel.class)
            // gRPC sets it on every connection, and Netty warns that a Unix socket has none.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .executor(threads.quick())
            .callExecutor(threads);
    services.forEach(builder::addService);
    // The last one added is called first.
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      builder.intercept(interceptors.get(i));
    }
    try {
      return new CsiServer(socket, loop, threads, builder.build().start());
    } catch (IOException failed) {
      threads.close();
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new IOException(
          "no socket can be made at " + socket.path() + ": " + cause(failed), failed);
    }
  }

  private static String cause(IOException failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return String.valueOf(cause.getMessage());
  }

  /**
   * Stops accepting, waits for the calls that run, and removes the socket.
   *
   * @return whether all calls ended in time
   */
  boolean stop(Duration patience) throws IOException, InterruptedException {
    server.shutdown();
    boolean ended = server.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (ended) {
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    } else {
      // The calls that still run end on this loop, if they ever do; it dies with the process.
      server.shutdownNow();
      server.awaitTermination(CUT_OFF_SECONDS, TimeUnit.SECONDS);
    }
    threads.close();
    Files.deleteIfExists(socket.path());
    return ended;
  }
}
