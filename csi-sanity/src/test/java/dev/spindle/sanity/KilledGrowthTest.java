package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A driver that is killed with kill -9 while a volume in use grows: the next one brings the growth
 * to its end, and no byte of the volume changes. {@code -Dkills.seed=N} draws the same moments
 * again.
 */
@RequireRoot
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class KilledGrowthTest {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 324 * MIB;
  private static final long STEP_BYTES = 32 * MIB;
  private static final long AROUND = 4 * MIB;
  private static final int KILLS = 6;

  /** A growth takes about so long. */
  private static final int LONGEST_MILLIS = 150;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final long seed = Long.getLong("kills.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Tally tally = new Tally();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  /** Not ext4: growing it while it is mounted takes CAP_SYS_RESOURCE, which root may be without. */
  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs", Wish.BLOCK})
  void theNextDriverBringsAGrowthToItsEnd(String kind) throws Exception {
    System.out.printf("-Dkills.seed=%d%n", seed);
    Path directory = Files.createDirectories(Checkout.module().resolve("target/kills"));
    Path log = Files.createTempFile(directory, "growth-", ".log");
    LoopDisk disk = loops.create(DISK_BYTES, 512);
    Path scratch = loops.folder("csi");
    try (MortalDriver driver = MortalDriver.start(Site.of(List.of(disk), scratch), log, tally)) {
      long bytes = DISK_BYTES;
      Tenant tenant = new Tenant(new Wish("pvc-grows", kind, bytes - AROUND), scratch);
      tenant.create(driver.client());
      tenant.stage(driver.client());
      tenant.publish(driver.client(), 0);
      Contents contents = new Contents(tenant.wish().block(), 7, bytes - AROUND);
      contents.write(tenant.target(0));
      for (int kill = 0; kill < KILLS; kill++) {
        bytes += STEP_BYTES;
        loops.enlarge(disk, bytes);
        grow(driver, tenant, bytes - AROUND);
        contents.verify(tenant.target(0));
      }
      tenant.unpublish(driver.client(), 0);
      tenant.unstage(driver.client());
      tenant.delete(driver.client());
      tenant.leave();
      Zeroes.assertIn(disk.file(), 2 * MIB, bytes - 2 * MIB);
    }
    System.out.println(tally.table());
  }

  private void grow(MortalDriver driver, Tenant tenant, long wanted) throws Exception {
    // What it is answered with is nothing, as a rule; who asked asks again.
    Future<?> unused =
        threads.submit(() -> driver.client().expand(tenant.id(), tenant.target(0), wanted));
    Thread.sleep(random.nextInt(LONGEST_MILLIS));
    driver.kill();
    driver.startAnew();
    assertThat(expand(driver, tenant, wanted)).isEqualTo(wanted);
  }

  private static long expand(MortalDriver driver, Tenant tenant, long wanted)
      throws InterruptedException {
    return Patience.USUAL.call(
        () -> driver.client().expand(tenant.id(), tenant.target(0), wanted).getCapacityBytes());
  }
}
