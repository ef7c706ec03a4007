package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many volumes live and die side by side. A run is repeated with {@code -Dlives.seed=N}, as far as
 * threads allow, and shortened or prolonged with {@code -Dlives=N}.
 */
@RequireRoot
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class RandomLivesTest {
  private static final int LIVES = Integer.getInteger("lives", 500);
  private static final int MOST_WITHOUT_END = LIVES / 5;
  private static final int THREADS = 8;
  private static final long MIB = 1 << 20;
  private static final int LEDGER_MIB = 4;

  /** Sizes of volumes; those that hold more than 500 MiB are asked for now and then. */
  private static final List<Integer> VOLUMES_MIB = List.of(320, 320, 340, 340, 384, 384, 512, 512);

  private static final Duration ERASED = Duration.ofMinutes(2);

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final long seed = Long.getLong("lives.seed", System.nanoTime());
  private final Tally tally = new Tally();
  private final Map<RandomLife.End, Integer> ends = new EnumMap<>(RandomLife.End.class);
  private final AtomicInteger begun = new AtomicInteger();
  private final ExecutorService others = Executors.newCachedThreadPool();
  private volatile boolean failed;

  @Test
  void fiveHundredLivesLeaveEveryDiskErasedAndFree() throws Exception {
    List<LoopDisk> disks = disks();
    Path scratch = loops.folder("csi");
    Path log = Files.createDirectories(Checkout.module().resolve("target/lives")).resolve("log");
    Files.deleteIfExists(log);
    Site site = Site.of(disks, scratch);
    System.out.printf("%d random lives, -Dlives.seed=%d, log: %s%n", LIVES, seed, log);
    try (RunningDriver driver = RunningDriver.start(site, log)) {
      driver.awaitReady();
      Instant start = Instant.now();
      liveAll(driver, scratch);
      System.out.printf(
          "%s in %d s, of which the driver computed %d s%n%s%n",
          ends,
          Duration.between(start, Instant.now()).toSeconds(),
          driver.process().info().totalCpuDuration().orElse(Duration.ZERO).toSeconds(),
          tally.table());
      Proof.count(
          "random lives that wrote, were staged again, and read back what they had written",
          ends.getOrDefault(RandomLife.End.WHOLE, 0),
          LIVES - MOST_WITHOUT_END);
      assertThat(tally.answered(Code.UNKNOWN, Code.INTERNAL)).isEmpty();
      awaitAllEligible(site);
      assertThat(Mounted.of(disks)).isEmpty();
      assertThat(Mounted.below(scratch)).isEmpty();
      assertThat(driver.volumes()).isEmpty();
    } finally {
      others.shutdownNow();
    }
    for (LoopDisk disk : disks) {
      assertErased(disk);
    }
  }

  private List<LoopDisk> disks() throws IOException {
    List<LoopDisk> disks = new ArrayList<>();
    for (int mib : VOLUMES_MIB) {
      disks.add(loops.create((mib + LEDGER_MIB) * MIB, disks.size() % 2 == 0 ? 512 : 4096));
    }
    return disks;
  }

  private void liveAll(RunningDriver driver, Path scratch) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        work.add(
            () -> {
              liveOneAfterTheOther(driver, scratch);
              return null;
            });
      }
      for (Future<Void> thread : threads.invokeAll(work)) {
        thread.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void liveOneAfterTheOther(RunningDriver driver, Path scratch) throws Exception {
    int number = begun.getAndIncrement();
    while (number < LIVES && !failed) {
      long own = new Random(seed + number).nextLong();
      RandomLife life = new RandomLife(driver.client(tally), own, scratch, others);
      try {
        ended(life.live());
      } catch (Exception | AssertionError wrong) {
        failed = true;
        throw new AssertionError("life " + number + ", " + life + ": " + wrong.getMessage(), wrong);
      }
      number = begun.getAndIncrement();
    }
  }

  private void ended(RandomLife.End end) {
    synchronized (ends) {
      ends.merge(end, 1, Integer::sum);
    }
  }

  private static void awaitAllEligible(Site site) throws IOException, InterruptedException {
    Instant late = Instant.now().plus(ERASED);
    while (true) {
      List<String> verdicts =
          Spindle.disks(site).stream().map(disk -> disk.at("verdict").text()).toList();
      assertThat(verdicts).hasSameSizeAs(site.disks());
      if (verdicts.stream().allMatch("eligible"::equals)) {
        return;
      }
      assertThat(Instant.now()).as("%s", verdicts).isBefore(late);
      Thread.sleep(500);
    }
  }

  /** Every byte of the volume, read from the file behind the loop device. */
  private static void assertErased(LoopDisk disk) throws IOException {
    Zeroes.assertIn(disk.file(), 2 * MIB, Files.size(disk.file()) - 2 * MIB);
  }
}
