package dev.spindle.node.mount;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Measures volumes on threads of its own. A filesystem whose disk has died may never answer
 * (statfs(2) of XFS waited for the disk before Linux 5.19, and any look at a path may), and kubelet
 * asks for each volume every minute or two: so each volume has one measurement under way at most,
 * and what is not there in a few seconds is no longer waited for. A volume that hangs costs one
 * thread, and no call waits long.
 */
final class Measurements {
  private final Duration patience;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "measuring");
            thread.setDaemon(true);
            return thread;
          });

  /** One measurement; its start is for people and for {@link System#nanoTime}. */
  private record Running(FutureTask<Measured> task, Instant since, long start) {}

  Measurements(Duration patience) {
    this.patience = patience;
  }

  /** What the work answers, or that the volume does not. */
  Measured measure(String volumeId, Callable<Measured> work) {
    while (true) {
      Running mine = new Running(new FutureTask<>(work), Instant.now(), System.nanoTime());
      Running before = running.putIfAbsent(volumeId, mine);
      if (before == null) {
        threads.execute(() -> run(volumeId, mine));
      }
      Running awaited = before == null ? mine : before;
      try {
        Measured measured = awaited.task().get(left(awaited), TimeUnit.MILLISECONDS);
        if (before == null) {
          return measured;
        }
      } catch (TimeoutException silent) {
        return Refused.notNow(
            "volume "
                + volumeId
                + " cannot be measured: it has not answered since "
                + awaited.since().truncatedTo(ChronoUnit.SECONDS)
                + "; its disk may be dead. Nothing more is asked of it until it answers");
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return Refused.notNow("volume " + volumeId + " cannot be measured: the driver stops");
      } catch (ExecutionException mistake) {
        if (before == null) {
          throw new IllegalStateException(mistake.getCause());
        }
      }
      // What ended was another call's, perhaps of another path; now it is this one's turn.
      running.remove(volumeId, before);
    }
  }

  private void run(String volumeId, Running mine) {
    mine.task().run();
    running.remove(volumeId, mine);
  }

  private long left(Running awaited) {
    return Math.max(0, patience.minusNanos(System.nanoTime() - awaited.start()).toMillis());
  }
}
