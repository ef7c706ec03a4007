package dev.spindle.sanity;

import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.driver.CsiChannel;
import dev.spindle.driver.LogFormat;
import dev.spindle.driver.Machine;
import dev.spindle.driver.Settings;
import dev.spindle.driver.SocketPath;
import dev.spindle.driver.Wiring;
import dev.spindle.sanity.watch.WatchedMachine;
import dev.spindle.sanity.watch.Watcher;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A driver in this very process, on a machine that is watched, at a real socket. */
final class LocalDriver implements AutoCloseable {
  private static final Patience PATIENCE =
      new Patience(Patience.FOR_ROOM.notNow(), Duration.ofMinutes(2));

  private final dev.spindle.driver.RunningDriver driver;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final ManagedChannel channel;
  private final Tally tally = new Tally();

  private LocalDriver(dev.spindle.driver.RunningDriver driver, Path socket) {
    this.driver = driver;
    this.channel = CsiChannel.to(socket, loop);
  }

  /** Starts it; returns when it has looked at its disks. */
  static LocalDriver start(Site site, Watcher watcher) throws IOException, InterruptedException {
    List<DiskPattern> patterns = site.disks().stream().map(DiskPattern::of).toList();
    Policy policy =
        new Policy(
            new Owner(site.driverName(), Site.NODE), patterns, List.of(), 16L << 20, true, false);
    Settings settings =
        new Settings(
            SocketPath.of(site.socket().toString()),
            Site.NODE,
            policy,
            LogFormat.TEXT,
            Optional.empty(),
            0,
            false);
    LocalDriver started =
        new LocalDriver(
            Wiring.start(settings, WatchedMachine.of(Machine.local(), watcher)), site.socket());
    while (!started.driver.pool().claims().ready()) {
      Thread.sleep(10);
    }
    return started;
  }

  CsiClient client() {
    return new CsiClient(channel, tally);
  }

  /** Looks at all disks now, and not in a few seconds. */
  void look() throws IOException {
    driver.pool().inventory().refresh();
  }

  /** How a call ends. */
  static Status answer(Supplier<?> call) {
    try {
      Object unused = call.get();
      return Status.OK;
    } catch (StatusRuntimeException failed) {
      return failed.getStatus();
    }
  }

  /** Repeats a call until it is answered, with a look at the disks before each. */
  void untilOk(Supplier<?> call) throws InterruptedException, IOException {
    look();
    Object unused = PATIENCE.call(call::get);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    driver.stop();
    var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
