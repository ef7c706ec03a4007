package dev.spindle.driver.answers;

import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.IdentityGrpc;
import csi.v1.IdentityGrpc.IdentityBlockingStub;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodeGrpc.NodeFutureStub;
import csi.v1.ProbeRequest;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.driver.CsiChannel;
import dev.spindle.driver.LogFormat;
import dev.spindle.driver.MetricsAddress;
import dev.spindle.driver.RunningDriver;
import dev.spindle.driver.Settings;
import dev.spindle.driver.SocketPath;
import dev.spindle.driver.Wiring;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A driver over loop disks, wired as {@code serve} wires it, on a real socket; stopped and started
 * again at will. With it a client, and hands on the disks behind its back.
 */
final class LiveDriver implements AutoCloseable {
  static final long MIB = 1L << 20;

  private static final long PATIENCE_SECONDS = 60;
  private static final Pattern LOOP = Pattern.compile("/dev/(loop[0-9]+)");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Owner owner;

  final LoopDisks loops;
  private final NativeLinux linux = new NativeLinux();
  private final List<String> names = new ArrayList<>();
  private final List<DiskPattern> patterns = new ArrayList<>();
  private final Path home;
  private final SocketPath socket;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("client", true), EpollIoHandler.newFactory());
  private @Nullable ManagedChannel channel;
  private @Nullable RunningDriver driver;

  private boolean alphaHealth;

  /** Not started yet, over no disks yet. */
  LiveDriver(LoopDisks loops) throws IOException {
    this(loops, nobodyElse());
  }

  /** The same for an owner, whose disks have been made before. */
  LiveDriver(LoopDisks loops, Owner owner) throws IOException {
    this.loops = loops;
    this.owner = owner;
    this.home = loops.folder("node" + COUNT.incrementAndGet());
    this.socket = SocketPath.of(home.resolve("csi.sock").toString());
  }

  /** No other driver has these names: none on this machine takes these disks for its own. */
  static Owner nobodyElse() {
    long pid = ProcessHandle.current().pid();
    return new Owner(
        "p" + pid + ".answers.spindle.dev", "node-" + pid + "-" + COUNT.incrementAndGet());
  }

  /** One more blank disk, which the driver is told to use from its next start on. */
  LoopDisk disk(long mebibytes) throws IOException {
    return named(loops.create(mebibytes * MIB, 512));
  }

  /** Has the driver use a disk from its next start on. */
  LoopDisk named(LoopDisk disk) {
    patterns.add(DiskPattern.of(disk.node().toString()));
    return mentioned(disk);
  }

  /** Has the driver use whatever a pattern names from its next start on. */
  void named(String pattern) {
    patterns.add(DiskPattern.of(pattern));
  }

  /** A disk that answers may speak of, though the driver is not told to use it. */
  LoopDisk mentioned(LoopDisk disk) {
    names.add(disk.name());
    return disk;
  }

  /** Has the driver offer the health calls from its next start on. */
  LiveDriver withAlphaHealth() {
    alphaHealth = true;
    return this;
  }

  LiveDriver start() throws IOException {
    startUnready(List.of());
    awaitReady();
    return this;
  }

  /** Starts with disks excluded. */
  void startWithout(LoopDisk... excluded) throws IOException {
    List<DiskPattern> exclude = new ArrayList<>();
    for (LoopDisk disk : excluded) {
      exclude.add(DiskPattern.of(disk.node().toString()));
    }
    startUnready(exclude);
    awaitReady();
  }

  /** Starts, and does not wait for the first look at the disks. */
  void startUnready(List<DiskPattern> exclude) throws IOException {
    Policy policy = policy(exclude);
    Optional<MetricsAddress> metrics = Optional.of(MetricsAddress.of("127.0.0.1:0"));
    driver =
        Wiring.start(new Settings(socket, "node", policy, LogFormat.TEXT, metrics, 0, alphaHealth));
    channel = CsiChannel.to(socket.path(), loop);
  }

  private Policy policy(List<DiskPattern> exclude) {
    return new Policy(owner, patterns, exclude, 16 * MIB, true, false);
  }

  /** What the driver may take, for commands that work beside it. */
  Policy policy() {
    return policy(List.of());
  }

  private void awaitReady() {
    await("the first look", this::ready);
  }

  boolean ready() {
    return identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue();
  }

  void restart() throws IOException {
    stop();
    start();
  }

  void stop() {
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
    if (driver != null) {
      driver.stop();
      driver = null;
    }
  }

  @Override
  public void close() {
    stop();
    var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  Owner owner() {
    return owner;
  }

  /** A directory that is there. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(home.resolve(name));
  }

  private ManagedChannel channel() {
    if (channel == null) {
      throw new IllegalStateException("not started");
    }
    return channel;
  }

  private RunningDriver driver() {
    if (driver == null) {
      throw new IllegalStateException("not started");
    }
    return driver;
  }

  /** What Prometheus is answered. */
  List<String> metrics() throws IOException {
    int port = driver().metricsPort().orElseThrow();
    URL url = new URL("http://127.0.0.1:" + port + "/metrics");
    try (InputStream text = url.openStream()) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** For calls that are not waited for. */
  NodeFutureStub nodeFuture() {
    return NodeGrpc.newFutureStub(channel());
  }

  /** The code that a call fails with, also where its caller gave it up. */
  static Status.Code failure(Future<?> call) throws InterruptedException {
    try {
      throw new AssertionError("it was answered: " + call.get());
    } catch (CancellationException left) {
      return Status.Code.CANCELLED;
    } catch (ExecutionException failed) {
      return Status.fromThrowable(failed).getCode();
    }
  }

  IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * The answer to a call, or the status it failed with. Tests that run beside this one break disks
   * too, and those are in doubt for this driver as well: such an answer is asked for again.
   */
  <T> T call(Supplier<T> rpc) {
    long start = System.nanoTime();
    while (true) {
      try {
        return rpc.get();
      } catch (StatusRuntimeException refused) {
        if (!ofStrangers(refused.getStatus())
            || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
          throw refused;
        }
      }
      pause();
    }
  }

  private boolean ofStrangers(Status status) {
    Matcher disk = LOOP.matcher(String.valueOf(status.getDescription()));
    return status.getCode() == Status.Code.UNAVAILABLE
        && disk.find()
        && !names.contains(disk.group(1));
  }

  /** The status of a call; OK if it is answered. */
  Status status(Supplier<?> rpc) {
    try {
      Object unused = call(rpc);
      return Status.OK;
    } catch (StatusRuntimeException refused) {
      return refused.getStatus();
    }
  }

  /** Looks at all disks now, and not in a few seconds. */
  void look() throws IOException {
    driver().pool().inventory().refresh();
  }

  Verdict verdict(LoopDisk disk) {
    return disk(disk.name()).orElseThrow().verdict();
  }

  /** What the driver makes of the disk of a kernel name; empty if it knows none. */
  Optional<Examined> disk(String name) {
    return driver().pool().inventory().disk(name);
  }

  /** A machine that has much to do may leave a disk without an answer for a while. */
  void awaitAnswerOf(LoopDisk disk) {
    await("an answer of " + disk.name(), () -> answers(disk));
  }

  private boolean answers(LoopDisk disk) {
    boolean silent =
        verdict(disk).reasons().stream().anyMatch(reason -> reason.code() == Reason.Code.SILENT);
    if (silent) {
      try {
        look();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return !silent;
  }

  /** Takes a disk away. Whoever else looks at disks may have it open for a moment. */
  void pull(LoopDisk disk) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        loops.detach(disk);
        return;
      } catch (KernelException refused) {
        if (refused.errno() != Errno.EBUSY || tries == 100) {
          throw refused;
        }
      }
      pause();
    }
  }

  /** What a disk says of itself. */
  Reading read(LoopDisk disk) throws IOException {
    try (BlockDevice open = linux.blockDevices().open(disk.node(), Access.READ)) {
      return Ledger.read(open);
    }
  }

  DiskRecord record(LoopDisk disk) throws IOException {
    return ((Reading.Joined) read(disk)).record();
  }

  /** Opens a whole disk. */
  BlockDevice open(LoopDisk disk, Access access) throws IOException {
    return linux.blockDevices().open(disk.node(), access);
  }

  /** Writes a record as the driver would, while the driver does not look. */
  void write(LoopDisk disk, DiskRecord record) throws IOException {
    try (BlockDevice open = open(disk, Access.EXCLUSIVE)) {
      long sequence = ((Reading.Joined) Ledger.read(open)).sequence();
      Ledger.write(open, Geometry.MIB, record, sequence + 1);
    }
  }

  /** Writes into the file below a disk, as rot would, whoever has the disk open. */
  static void damage(LoopDisk disk, long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  /** Destroys slot A (0) or B (1) of a disk's record. */
  static void damageSlot(LoopDisk disk, int slot) throws IOException {
    damage(disk, MIB + slot * (512L << 10) + 40, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
  }

  static void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        throw new AssertionError("waited a minute for " + what);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
