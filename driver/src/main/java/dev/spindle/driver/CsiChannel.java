package dev.spindle.driver;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;

/** The way to a CSI driver for who calls one, as kubelet does: the demo, and tests. */
public final class CsiChannel {
  private CsiChannel() {}

  /**
   * A channel to the driver that listens at a Unix socket, whoever that is at each call.
   *
   * @param loop epoll's
   */
  public static ManagedChannel to(Path socket, EventLoopGroup loop) {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
        .channelType(EpollDomainSocketChannel.class)
        .eventLoopGroup(loop)
        // As in the server: a Unix socket has none, and Netty would warn.
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        // A path is no authority, and HTTP/2 wants one.
        .overrideAuthority("localhost")
        .usePlaintext()
        .build();
  }
}
