package dev.spindle.disks.scrub;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases disks in the background, one thread a disk, each held exclusively from its first byte to
 * its last.
 */
public final class Scrubber implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(30);
  private static final Duration LONGEST_BACK_OFF = Duration.ofHours(1);

  private final Hardware hardware;
  private final Inventory inventory;
  private final Map<String, CountDownLatch> running = new ConcurrentHashMap<>();
  private final Map<String, BackOff> backOffs = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "scrub");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean stopping;

  /** When a scrub that failed is tried again, and how long it waits the time after. */
  private record BackOff(long untilNanos, Duration next) {}

  /** Starts nothing yet. */
  public Scrubber(Hardware hardware, Inventory inventory) {
    this.hardware = hardware;
    this.inventory = inventory;
  }

  /**
   * Starts erasing a disk.
   *
   * @param held the whole disk, open exclusively, whose record says SCRUBBING in both slots; closed
   *     when the scrub ends
   */
  public void start(SysDisk disk, BlockDevice held) {
    CountDownLatch job = new CountDownLatch(1);
    running.put(disk.name(), job);
    try {
      execute(disk, held, job);
    } catch (RejectedExecutionException stopped) {
      // The record says SCRUBBING; the next start goes on with it.
      running.remove(disk.name());
      job.countDown();
      close(held);
    }
  }

  private void execute(SysDisk disk, BlockDevice held, CountDownLatch job) {
    threads.execute(
        () -> {
          try (BlockDevice device = held) {
            scrub(disk, device);
          } catch (IOException | RuntimeException failed) {
            failed(disk, failed);
          } finally {
            finish(disk, job);
          }
        });
  }

  /**
   * Goes on with a scrub that a predecessor left, or that failed a while ago. Does nothing where
   * one is running.
   */
  public void resume(SysDisk disk) {
    BackOff backOff = backOffs.get(disk.name());
    boolean waiting = backOff != null && System.nanoTime() - backOff.untilNanos() < 0;
    if (stopping || waiting || isRunning(disk.name())) {
      return;
    }
    try {
      start(disk, hardware.hold(disk));
    } catch (IOException refused) {
      failed(disk, refused);
    }
  }

  private static void close(BlockDevice held) {
    try {
      held.close();
    } catch (IOException failed) {
      LOG.warn("closing {}: {}", held.path(), failed.getMessage());
    }
  }

  /** Whether a disk is being erased now. */
  public boolean isRunning(String disk) {
    return running.containsKey(disk);
  }

  /** Waits for a running scrub to end, at most so long. */
  public void await(String disk, Duration atMost) {
    CountDownLatch job = running.get(disk);
    try {
      if (job != null && !job.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("/dev/{} is still being scrubbed", disk);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void scrub(SysDisk disk, BlockDevice device) throws IOException {
    Optional<Reading.Joined> reading = scrubbing(device);
    if (reading.isEmpty()) {
      return;
    }
    DiskRecord before = reading.get().record();
    LOG.info(
        "scrubbing {}: {} bytes, {} done",
        device.path(),
        before.geometry().volume().lengthBytes(),
        before.scrub() == null ? 0 : before.scrub().bytesDone());
    boolean finished = new Erasure(device, reading.get(), () -> stopping).run();
    backOffs.remove(disk.name());
    if (finished) {
      LOG.info("{} is scrubbed and free", device.path());
    }
  }

  /**
   * What the disk says now: whoever asked for the scrub may have looked before another one ended.
   */
  private static Optional<Reading.Joined> scrubbing(BlockDevice device) throws IOException {
    return Ledger.read(device) instanceof Reading.Joined joined && joined.record().scrub() != null
        ? Optional.of(joined)
        : Optional.empty();
  }

  private void failed(SysDisk disk, Exception failure) {
    BackOff before = backOffs.get(disk.name());
    Duration wait = before == null ? FIRST_BACK_OFF : before.next();
    Duration doubled = wait.multipliedBy(2);
    Duration next = doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    backOffs.put(disk.name(), new BackOff(System.nanoTime() + wait.toNanos(), next));
    LOG.warn(
        "scrubbing /dev/{} stopped, the next attempt is in {} s: {}",
        disk.name(),
        wait.toSeconds(),
        failure.getMessage());
  }

  private void finish(SysDisk disk, CountDownLatch job) {
    running.remove(disk.name());
    try {
      inventory.renew(disk.name());
    } catch (IOException failed) {
      LOG.warn("looking at /dev/{} after its scrub: {}", disk.name(), failed.getMessage());
    } finally {
      job.countDown();
    }
  }

  /** Stops at the next checkpoint of each scrub. They go on at the next start. */
  @Override
  public void close() {
    stopping = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a scrub does not reach its checkpoint; it goes on from the one before");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
