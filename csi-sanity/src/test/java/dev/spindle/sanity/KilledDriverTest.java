package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A driver that is killed with kill -9 and started anew changes no answer. Volumes of every kind
 * live side by side, so that each kill hits all of them. {@code -Dkills.seed=N} draws the same
 * moments again.
 */
@RequireRoot
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class KilledDriverTest {
  private static final List<String> KINDS = List.of("ext4", "xfs", "btrfs", Wish.BLOCK);
  private static final long MIB = 1 << 20;
  private static final long VOLUME_BYTES = 320 * MIB;
  private static final long DISK_BYTES = VOLUME_BYTES + 4 * MIB;

  /** Large, so that formatting it takes long enough to be caught. */
  private static final long LARGE_DISK_BYTES = 4096 * MIB;

  private static final int CATCHES = 12;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final long seed = Long.getLong("kills.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Tally tally = new Tally();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path log;

  @BeforeEach
  void log() throws IOException {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/kills"));
    log = Files.createTempFile(directory, "driver-", ".log");
    System.out.printf("-Dkills.seed=%d, log: %s%n", seed, log);
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  /** When the driver is killed in a step of the lives. */
  enum Moment {
    /** Some time in the call. */
    ANYWHERE,
    /** Twice: also while the call is said again. */
    TWICE
  }

  /** Twice is once and more; once alone is for a deep test. */
  static List<Moment> moments() {
    return Proof.deep() ? List.of(Moment.values()) : List.of(Moment.TWICE);
  }

  @ParameterizedTest
  @MethodSource("moments")
  void noKillChangesAnAnswer(Moment moment) throws Exception {
    List<LoopDisk> disks = disks(2 * KINDS.size(), DISK_BYTES);
    Path scratch = loops.folder("csi");
    try (MortalDriver driver = MortalDriver.start(Site.of(disks, scratch), log, tally)) {
      List<Life> lives = new ArrayList<>();
      for (int index = 0; index < disks.size(); index++) {
        String kind = KINDS.get(index % KINDS.size());
        lives.add(new Life(driver, new Wish("pvc-" + index, kind, VOLUME_BYTES), scratch));
      }
      int kills = new Kills(driver, moment).all(lives);
      awaitFree(driver.site());
      assertThat(driver.running().volumes()).isEmpty();
      for (Life life : lives) {
        life.tenant.leave();
      }
      System.out.printf("%s: %d kills%n%s%n", moment, kills, tally.table());
    }
    assertThat(tally.answered(Code.UNKNOWN, Code.INTERNAL)).isEmpty();
    assertThat(Mounted.of(disks)).isEmpty();
    assertThat(Mounted.below(scratch)).isEmpty();
    for (LoopDisk disk : disks) {
      Zeroes.assertIn(disk.file(), 2 * MIB, DISK_BYTES - 2 * MIB);
    }
  }

  /** One call, or what a pod does. */
  @FunctionalInterface
  private interface Step {
    /** Does it. */
    void run() throws IOException, InterruptedException;
  }

  /**
   * A step of a life.
   *
   * @param longestMillis about how long it takes: the driver is killed within this time
   */
  private record Planned(String name, int longestMillis, Step step) {}

  /** A volume's life, whose calls are each repeated until they are answered for good. */
  private static final class Life {
    private final MortalDriver driver;
    private final Tenant tenant;
    private String id = "";

    Life(MortalDriver driver, Wish wish, Path home) throws IOException {
      this.driver = driver;
      this.tenant = new Tenant(wish, home);
    }

    /** The steps, which an undisturbed life takes in this order, too. */
    List<Planned> steps() {
      return List.of(
          new Planned("create", 300, this::create),
          new Planned("stage", 600, () -> call(() -> tenant.stage(driver.client()))),
          new Planned("publish", 60, () -> call(() -> tenant.publish(driver.client(), 0))),
          new Planned("write", 100, () -> contents().write(tenant.target(0))),
          new Planned("read", 10, () -> contents().verify(tenant.target(0))),
          new Planned("unpublish", 60, () -> call(() -> tenant.unpublish(driver.client(), 0))),
          new Planned(
              "read-only", 60, () -> call(() -> tenant.publishReadOnly(driver.client(), 1))),
          new Planned("read it", 10, () -> readOnly(1)),
          new Planned("unpublish it", 60, () -> call(() -> tenant.unpublish(driver.client(), 1))),
          new Planned("unstage", 100, () -> call(() -> tenant.unstage(driver.client()))),
          new Planned("stage again", 200, () -> call(() -> tenant.stage(driver.client()))),
          new Planned("publish again", 60, () -> call(() -> tenant.publish(driver.client(), 2))),
          new Planned("read again", 10, () -> contents().verify(tenant.target(2))),
          new Planned("unpublish last", 60, () -> call(() -> tenant.unpublish(driver.client(), 2))),
          new Planned("unstage last", 100, () -> call(() -> tenant.unstage(driver.client()))),
          new Planned("delete", 800, () -> call(() -> tenant.delete(driver.client()))));
    }

    private void create() throws InterruptedException {
      call(() -> tenant.create(driver.client()));
      assertThat(tenant.volume().getCapacityBytes()).isEqualTo(VOLUME_BYTES);
      assertThat(id).as("the volume's id, if there was one before").isIn("", tenant.id());
      id = tenant.id();
    }

    private void readOnly(int pod) throws IOException {
      contents().verify(tenant.target(pod));
      contents().verifyReadOnly(tenant.target(pod));
    }

    private Contents contents() {
      return new Contents(
          tenant.wish().block(),
          tenant.wish().name().hashCode(),
          tenant.volume().getCapacityBytes());
    }

    private static void call(Supplier<?> call) throws InterruptedException {
      var unused = Patience.USUAL.call(call);
    }
  }

  /** Takes all lives through one step after the other and kills at each. */
  private final class Kills {
    private final MortalDriver driver;
    private final Moment moment;
    private int kills;

    Kills(MortalDriver driver, Moment moment) {
      this.driver = driver;
      this.moment = moment;
    }

    int all(List<Life> lives) throws Exception {
      int steps = lives.get(0).steps().size();
      for (int index = 0; index < steps; index++) {
        List<Planned> step = new ArrayList<>();
        for (Life life : lives) {
          step.add(life.steps().get(index));
        }
        List<Future<?>> running = step.stream().<Future<?>>map(this::begin).toList();
        Thread.sleep(delay(step.get(0)));
        killAndStartAnew();
        if (moment == Moment.TWICE) {
          Thread.sleep(600 + delay(step.get(0)));
          killAndStartAnew();
        }
        for (Future<?> one : running) {
          one.get();
        }
        // What was answered before the kill is answered again, and the same way.
        for (Planned again : step) {
          again.step().run();
        }
      }
      return kills;
    }

    private Future<?> begin(Planned planned) {
      return threads.submit(
          () -> {
            try {
              planned.step().run();
              return planned;
            } catch (Exception | AssertionError wrong) {
              throw new AssertionError(
                  moment + ", " + planned.name() + ": " + wrong.getMessage(), wrong);
            }
          });
    }

    private int delay(Planned planned) {
      return random.nextInt(planned.longestMillis() + 1);
    }

    private void killAndStartAnew() throws Exception {
      driver.kill();
      driver.startAnew();
      kills++;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void aFormatDiesWithItsDriverAndIsDoneAgain(String filesystem) throws Exception {
    try (MortalDriver driver = largeDisk()) {
      Caught caught = catchFormatting(driver, filesystem);
      assertThat(caught.mkfs().onExit()).succeedsWithin(Duration.ofSeconds(30));
      driver.startAnew();
      Patience.USUAL.call(() -> caught.tenant().stage(driver.client()));
      assertThat(states(driver)).containsExactly("formatted");
      assertUsable(driver, caught.tenant());
    }
  }

  /** An mkfs that waits for its disk in the kernel does not die before that answers. */
  @Test
  void noFormatStartsWhileAnybodyHasThePartitionOpen() throws Exception {
    try (MortalDriver driver = largeDisk()) {
      Caught caught = catchFormatting(driver, "btrfs");
      Tenant tenant = caught.tenant();
      assertThat(caught.mkfs().onExit()).succeedsWithin(Duration.ofSeconds(30));
      Path partition = Path.of(driver.site().disks().get(0) + "p2");
      try (FileChannel open = FileChannel.open(partition, StandardOpenOption.READ)) {
        driver.startAnew();
        driver.running().awaitReady();
        for (int again = 0; again < 3; again++) {
          assertRefused(Code.UNAVAILABLE, () -> tenant.stage(driver.client()));
        }
        assertRefused(Code.FAILED_PRECONDITION, () -> tenant.delete(driver.client()));
        assertThat(open.isOpen()).isTrue();
      }
      Patience.USUAL.call(() -> tenant.stage(driver.client()));
      assertUsable(driver, tenant);
    }
  }

  @Test
  void aBlockVolumeThatIsOnlyStagedStaysInUse() throws Exception {
    List<LoopDisk> disks = disks(1, DISK_BYTES);
    Path scratch = loops.folder("csi");
    try (MortalDriver driver = MortalDriver.start(Site.of(disks, scratch), log, tally)) {
      Tenant tenant = new Tenant(new Wish("pvc-block", Wish.BLOCK, VOLUME_BYTES), scratch);
      tenant.create(driver.client());
      tenant.stage(driver.client());
      driver.kill();
      driver.startAnew();
      driver.running().awaitReady();
      assertRefused(Code.FAILED_PRECONDITION, () -> tenant.delete(driver.client()));
      tenant.stage(driver.client());
      tenant.publish(driver.client(), 0);
      tenant.unpublish(driver.client(), 0);
      tenant.unstage(driver.client());
      tenant.delete(driver.client());
      tenant.leave();
    }
  }

  @Test
  void whatPodsWriteWhileNoDriverRunsIsKept() throws Exception {
    List<LoopDisk> disks = disks(KINDS.size(), DISK_BYTES);
    Path scratch = loops.folder("csi");
    try (MortalDriver driver = MortalDriver.start(Site.of(disks, scratch), log, tally)) {
      List<Life> lives = new ArrayList<>();
      for (String kind : KINDS) {
        Life life = new Life(driver, new Wish("pvc-" + kind, kind, VOLUME_BYTES), scratch);
        lives.add(life);
        life.create();
        life.tenant.stage(driver.client());
        life.tenant.publish(driver.client(), 0);
      }
      driver.kill();
      for (Life life : lives) {
        life.contents().write(life.tenant.target(0));
      }
      driver.startAnew();
      driver.running().awaitReady();
      for (Life life : lives) {
        life.tenant.stage(driver.client());
        life.tenant.publish(driver.client(), 0);
        life.contents().verify(life.tenant.target(0));
        life.tenant.unpublish(driver.client(), 0);
        life.tenant.unstage(driver.client());
        life.tenant.stage(driver.client());
        life.tenant.publish(driver.client(), 1);
        life.contents().verify(life.tenant.target(1));
      }
    }
  }

  private static void assertRefused(Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> assertThat(refused.getStatus().getCode()).as("%s", refused).isEqualTo(code));
  }

  private List<LoopDisk> disks(int count, long bytes) throws IOException {
    List<LoopDisk> disks = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      disks.add(loops.create(bytes, index % 2 == 0 ? 512 : 4096));
    }
    return disks;
  }

  private MortalDriver largeDisk() throws IOException, InterruptedException {
    return MortalDriver.start(Site.of(disks(1, LARGE_DISK_BYTES), loops.folder("csi")), log, tally);
  }

  /** A volume whose mkfs was caught at work. Its driver is dead. */
  private record Caught(Tenant tenant, ProcessHandle mkfs) {}

  /** If mkfs is quicker than the signal, another volume is tried. */
  private Caught catchFormatting(MortalDriver driver, String filesystem) throws Exception {
    for (int attempt = 0; attempt < CATCHES; attempt++) {
      Wish wish = new Wish("pvc-" + filesystem + attempt, filesystem, VOLUME_BYTES);
      Tenant tenant = new Tenant(wish, loops.folder("csi"));
      Patience.FOR_ROOM.call(() -> tenant.create(driver.client()));
      Future<?> staging = threads.submit(() -> tenant.stage(driver.client()));
      Optional<ProcessHandle> mkfs = Optional.empty();
      while (mkfs.isEmpty() && !staging.isDone()) {
        mkfs = driver.formatting();
      }
      if (mkfs.isPresent()) {
        signal("STOP", mkfs.get());
        if (driver.formats(mkfs.get())) {
          driver.kill();
          assertThat(states(driver)).containsExactly("formatting");
          return new Caught(tenant, mkfs.get());
        }
        signal("CONT", mkfs.get());
      }
      staging.get();
      tenant.unstage(driver.client());
      Patience.USUAL.call(() -> tenant.delete(driver.client()));
    }
    throw new AssertionError("mkfs." + filesystem + " was never caught at work");
  }

  private static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  private static List<String> states(MortalDriver driver) throws IOException, InterruptedException {
    return Spindle.volumes(driver.site()).stream().map(line -> line.at("state").text()).toList();
  }

  private static void assertUsable(MortalDriver driver, Tenant tenant) throws Exception {
    Contents contents = new Contents(false, 7, 0);
    tenant.publish(driver.client(), 0);
    contents.write(tenant.target(0));
    tenant.unpublish(driver.client(), 0);
    tenant.unstage(driver.client());
    tenant.stage(driver.client());
    tenant.publish(driver.client(), 0);
    contents.verify(tenant.target(0));
    tenant.unpublish(driver.client(), 0);
    tenant.unstage(driver.client());
  }

  private static void awaitFree(Site site) throws IOException, InterruptedException {
    Instant late = Instant.now().plus(Duration.ofMinutes(2));
    List<String> verdicts;
    do {
      verdicts = Spindle.disks(site).stream().map(disk -> disk.at("verdict").text()).toList();
      assertThat(Instant.now()).as("%s", verdicts).isBefore(late);
    } while (!verdicts.stream().allMatch("eligible"::equals));
    assertThat(verdicts).hasSameSizeAs(site.disks());
  }
}
