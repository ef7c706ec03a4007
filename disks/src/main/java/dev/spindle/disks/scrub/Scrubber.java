package dev.spindle.disks.scrub;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
  private final long bytesPerSecond;
  private final Map<Key, Job> running = new ConcurrentHashMap<>();
  private final Map<Key, BackOff> backOffs = new ConcurrentHashMap<>();
  private final Set<Key> heldByOthers = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads;
  private volatile boolean stopping;

  /** One appearance of a disk: its name may be another disk's next time. */
  private record Key(String name, long diskSequence) {
    static Key of(SysDisk disk) {
      return new Key(disk.name(), disk.diskSequence());
    }
  }

  /** A scrub that runs. */
  private static final class Job {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Milestones milestones = new Milestones();
    private volatile @Nullable DiskRecord checkpoint;
  }

  /** When a scrub that failed is tried again, and how long it waits the time after. */
  private record BackOff(long untilNanos, Instant until, Duration next, String error) {}

  /**
   * Starts nothing yet.
   *
   * @param bytesPerSecond how fast each disk may be erased; 0 is no limit
   */
  public Scrubber(Hardware hardware, Inventory inventory, long bytesPerSecond) {
    this(hardware, inventory, bytesPerSecond, Executors.newCachedThreadPool(Scrubber::daemon));
  }

  /**
   * With threads to erase with.
   *
   * @param threads as many as there are disks, or disks wait for each other
   */
  public Scrubber(
      Hardware hardware, Inventory inventory, long bytesPerSecond, ExecutorService threads) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.bytesPerSecond = bytesPerSecond;
    this.threads = threads;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "scrub");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts erasing a disk.
   *
   * @param held the whole disk, open exclusively and without partitions, whose record says
   *     SCRUBBING in both slots; closed when the scrub ends
   */
  public void start(SysDisk disk, BlockDevice held) {
    Job job = new Job();
    running.put(Key.of(disk), job);
    try {
      execute(disk, held, job);
    } catch (RejectedExecutionException stopped) {
      // The record says SCRUBBING; the next start goes on with it.
      running.remove(Key.of(disk), job);
      job.ended.countDown();
      Hardware.letGo(held);
    }
  }

  private void execute(SysDisk disk, BlockDevice held, Job job) {
    threads.execute(
        () -> {
          try (BlockDevice device = held) {
            scrub(disk, device, job);
          } catch (IOException | RuntimeException failed) {
            failed(disk, failed);
          } finally {
            finish(disk, job);
          }
        });
  }

  /**
   * Goes on with a scrub that a predecessor left, or that failed a while ago. Does nothing where
   * one is running. A disk that another process holds, such as {@code spindle wipe}, is tried again
   * at the next look: nothing is wrong with it.
   */
  public void resume(SysDisk disk) {
    Key key = Key.of(disk);
    BackOff backOff = backOffs.get(key);
    boolean waiting = backOff != null && System.nanoTime() - backOff.untilNanos() < 0;
    if (stopping || waiting || isRunning(disk)) {
      return;
    }
    try {
      BlockDevice held = hardware.holdAlone(disk);
      heldByOthers.remove(key);
      start(disk, held);
    } catch (KernelException refused) {
      if (refused.errno() != Errno.EBUSY && refused.errno() != Errno.EAGAIN) {
        failed(disk, refused);
      } else if (heldByOthers.add(key)) {
        LOG.info("/dev/{} is to be scrubbed; another process has it open, so it waits", key.name());
      }
    } catch (IOException refused) {
      failed(disk, refused);
    }
  }

  /** Whether a disk is being erased now. */
  public boolean isRunning(SysDisk disk) {
    return running.containsKey(Key.of(disk));
  }

  /** Waits for a running scrub to end, at most so long. */
  public void await(SysDisk disk, Duration atMost) {
    Job job = running.get(Key.of(disk));
    try {
      if (job != null && !job.ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("/dev/{} is still being scrubbed", disk.name());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void scrub(SysDisk disk, BlockDevice device, Job job) throws IOException {
    Optional<Reading.Joined> reading = scrubbing(device);
    if (reading.isEmpty()) {
      return;
    }
    DiskRecord before = reading.get().record();
    LOG.info(
        "scrubbing {}: {} of {} are done",
        device.path(),
        Quantity.format(before.scrub() == null ? 0 : before.scrub().bytesDone()),
        Quantity.format(before.geometry().volume().lengthBytes()));
    Pace pace = new Pace(bytesPerSecond, () -> stopping);
    boolean finished =
        new Erasure(device, reading.get(), pace, record -> reached(disk, job, record)).run();
    backOffs.remove(Key.of(disk));
    if (finished) {
      LOG.info("{} is scrubbed and free", device.path());
    }
  }

  private static void reached(SysDisk disk, Job job, DiskRecord record) {
    job.checkpoint = record;
    job.milestones
        .line(record, System.nanoTime())
        .ifPresent(line -> LOG.info("{} {}", disk.node(), line));
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
    BackOff before = backOffs.get(Key.of(disk));
    Duration wait = before == null ? FIRST_BACK_OFF : before.next();
    Duration doubled = wait.multipliedBy(2);
    Duration next = doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    String error = String.valueOf(failure.getMessage());
    backOffs.put(
        Key.of(disk),
        new BackOff(System.nanoTime() + wait.toNanos(), Instant.now().plus(wait), next, error));
    LOG.warn(
        "scrubbing /dev/{} stopped, the next attempt is in {} s: {}",
        disk.name(),
        wait.toSeconds(),
        error);
  }

  private void finish(SysDisk disk, Job job) {
    try {
      inventory.renew(disk.name());
    } catch (IOException failed) {
      LOG.warn("looking at /dev/{} after its scrub: {}", disk.name(), failed.getMessage());
    } finally {
      // Not before: who waits for the end expects to see the disk as it is then.
      running.remove(Key.of(disk), job);
      job.ended.countDown();
    }
  }

  /** Every disk that is to be erased or is being erased, in the inventory's order. */
  public List<ScrubView> scrubs() {
    return inventory.disks().stream().flatMap(this::view).toList();
  }

  private Stream<ScrubView> view(Examined examined) {
    if (!(examined.verdict() instanceof Verdict.Ours ours) || ours.record().scrub() == null) {
      return Stream.empty();
    }
    Key key = Key.of(examined.disk().device());
    Job job = running.get(key);
    DiskRecord checkpoint = job == null ? null : job.checkpoint;
    DiskRecord record = checkpoint == null ? ours.record() : checkpoint;
    ScrubProgress progress = record.scrub();
    Optional<BackOff> failure = Optional.ofNullable(backOffs.get(key));
    return progress == null
        ? Stream.empty()
        : Stream.of(
            new ScrubView(
                key.name(),
                job != null,
                record.geometry().volume().lengthBytes(),
                progress.bytesDone(),
                progress.bytesPerSecond(),
                record.secondsToScrub(),
                failure.map(BackOff::error).orElse(progress.lastError()),
                job == null ? failure.map(BackOff::until) : Optional.empty()));
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
