package dev.spindle.driver;

import dev.spindle.disks.claim.DiskPool;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A driver that serves, until it is stopped. */
public final class RunningDriver {
  private static final Logger LOG = LoggerFactory.getLogger(RunningDriver.class);

  /** Less than the 30 seconds after which Kubernetes kills. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CsiServer server;
  private final DiskPool pool;
  private final Optional<MetricsEndpoint> metrics;
  private final DriverLock lock;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  RunningDriver(
      CsiServer server, DiskPool pool, Optional<MetricsEndpoint> metrics, DriverLock lock) {
    this.server = server;
    this.pool = pool;
    this.metrics = metrics;
    this.lock = lock;
  }

  /** The disks it serves, for who shares its process. */
  public DiskPool pool() {
    return pool;
  }

  /** The TCP port of its metrics, where it offers them. */
  public OptionalInt metricsPort() {
    return metrics.stream().mapToInt(MetricsEndpoint::port).findFirst();
  }

  /** Waits until {@link #stop()} has ended. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Stops accepting, lets the calls that run finish for up to 20 seconds, lets the disks reach
   * durable points, and removes the socket. What was cut off is found on the disks at the next
   * start. The second time it only waits for the first.
   *
   * @return whether everything ended well and in time
   */
  public boolean stop() {
    boolean well = true;
    try {
      if (stopping.compareAndSet(false, true)) {
        try {
          well = stopAll();
        } finally {
          stopped.countDown();
        }
      }
      stopped.await();
    } catch (InterruptedException cutShort) {
      Thread.currentThread().interrupt();
      well = false;
    }
    return well;
  }

  private boolean stopAll() throws InterruptedException {
    LOG.info("stopping");
    try {
      boolean inTime = server.stop(PATIENCE);
      if (!inTime) {
        LOG.warn("calls were still running after {} seconds", PATIENCE.toSeconds());
      }
      metrics.ifPresent(MetricsEndpoint::close);
      pool.close();
      lock.close();
      LOG.info("stopped");
      return inTime;
    } catch (IOException failed) {
      LOG.error("while stopping: {}", failed.getMessage());
      return false;
    }
  }
}
