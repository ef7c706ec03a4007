package dev.spindle.disks.claim;

import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.health.Health;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.scrub.ScrubView;
import dev.spindle.disks.scrub.Scrubber;
import dev.spindle.linux.Filesystems;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's disks as volumes: everything that lives as long as the driver does, started and
 * stopped as one.
 */
public final class DiskPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskPool.class);

  /** How often all disks are looked at; external-provisioner asks for capacity every 15 s. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** How often the kernel is asked whether disks came, left or changed. */
  private static final Duration CHANGES = Duration.ofMillis(500);

  private static final Duration RECOVERY_PATIENCE = Duration.ofSeconds(15);

  private final Inventory inventory;
  private final Scrubber scrubber;
  private final Recovery recovery;
  private final StagedPartitions staged = new StagedPartitions();
  private final Claims claims;
  private final Thread looking = again("disk-pool", INTERVAL, this::lookOnce);
  private final Thread following = again("disk-changes", CHANGES, this::followOnce);
  private final ExecutorService recoveries = Executors.newCachedThreadPool(DiskPool::daemon);
  private volatile boolean ready;

  private DiskPool(
      Hardware hardware, Filesystems filesystems, Policy policy, long scrubBytesPerSecond) {
    inventory = new Inventory(hardware, policy, false);
    scrubber = new Scrubber(hardware, inventory, scrubBytesPerSecond);
    Partitions partitions = new Partitions(hardware);
    LedgerWriter ledger = new LedgerWriter(hardware, inventory, partitions);
    VolumeOpening opening = new VolumeOpening(hardware, inventory, partitions, ledger, staged);
    recovery = new Recovery(inventory, scrubber, ledger, opening);
    Provisioning provisioning =
        new Provisioning(
            inventory, filesystems, new Claiming(hardware, inventory, policy.owner()), ledger);
    Releasing releasing = new Releasing(hardware, inventory, scrubber, ledger, staged);
    claims =
        new DiskClaims(
            inventory,
            filesystems,
            policy.owner(),
            new DiskClaims.Parts(
                provisioning, releasing, opening, new Growing(hardware, inventory, ledger), staged),
            () -> ready);
  }

  /**
   * Starts looking at the disks in the background and returns at once. After the first look it
   * recovers what a predecessor left unfinished and goes on scrubbing; then it looks again every
   * few seconds, and sooner at disks that come, leave or change.
   *
   * @param scrubBytesPerSecond how fast each disk may be erased; 0 is no limit
   */
  public static DiskPool start(
      Hardware hardware, Filesystems filesystems, Policy policy, long scrubBytesPerSecond) {
    DiskPool pool = new DiskPool(hardware, filesystems, policy, scrubBytesPerSecond);
    pool.looking.start();
    pool.following.start();
    return pool;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "disk-recovery");
    thread.setDaemon(true);
    return thread;
  }

  /** Something that may fail and is tried again. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  private static Thread again(String name, Duration pause, Step step) {
    Thread thread = new Thread(() -> repeat(pause, step), name);
    thread.setDaemon(true);
    return thread;
  }

  private static void repeat(Duration pause, Step step) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          step.run();
        } catch (InterruptedIOException stopped) {
          return;
        } catch (IOException | RuntimeException failed) {
          if (!Thread.currentThread().isInterrupted()) {
            LOG.error("looking at the disks: {}", failed.getMessage(), failed);
          }
        }
        Thread.sleep(pause.toMillis());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() throws IOException, InterruptedException {
    inventory.refresh();
    recoverAll();
    ready = true;
  }

  private void followOnce() {
    try {
      if (inventory.complete()) {
        inventory.follow();
      }
    } catch (IOException failed) {
      // What lasts is said by the look at all disks.
      LOG.debug("looking for changes: {}", failed.getMessage());
    }
  }

  /**
   * Recovers all disks side by side; one that hangs is not waited for longer than the others need.
   */
  private void recoverAll() throws InterruptedException {
    Phaser done = new Phaser(1);
    for (Examined disk : inventory.disks()) {
      done.register();
      recoveries.execute(
          () -> {
            try {
              recovery.recover(disk);
            } finally {
              done.arriveAndDeregister();
            }
          });
    }
    try {
      done.awaitAdvanceInterruptibly(
          done.arrive(), RECOVERY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException hanging) {
      LOG.warn("a disk takes long to be taken up again; it is tried once more later");
    }
  }

  /** Claims, finds and releases volumes. */
  public Claims claims() {
    return claims;
  }

  /** The disks and their verdicts. */
  public Inventory inventory() {
    return inventory;
  }

  /** What ails the disks and volumes. From memory. */
  public Health health() {
    return new Health(inventory);
  }

  /** Every disk that is to be erased or is being erased. From memory. */
  public List<ScrubView> scrubs() {
    return scrubber.scrubs();
  }

  /** Lets running scrubs reach their next checkpoint, then stops. They go on at the next start. */
  @Override
  public void close() {
    looking.interrupt();
    following.interrupt();
    scrubber.close();
    recoveries.shutdownNow();
    staged.letAllGo();
    inventory.close();
  }
}
