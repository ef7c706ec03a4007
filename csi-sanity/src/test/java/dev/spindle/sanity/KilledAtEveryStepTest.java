package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Kills the driver with SIGKILL right after every single step by which it changes a disk or a
 * mount, and in a deep test right before it, too; starts it anew and has the same call done to its
 * end. A step is one system call, or one run of mkfs. Volumes of all kinds live side by side, each
 * held at its step until all of them stand there, so that one kill hits each at a step of its own.
 */
@RequireRoot
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class KilledAtEveryStepTest {
  /** How many drivers run side by side. */
  private static final int SIDE_BY_SIDE = Integer.getInteger("kills.drivers", 2);

  /** How many volumes of each kind one driver serves; each is killed at another point. */
  private static final int TOGETHER = Integer.getInteger("kills.together", 4);

  private static final int ATTEMPTS = 3;

  /** How many points may turn out not to be there, of some 500, or 250. */
  private static final int MOST_GONE = Proof.deep() ? 24 : 12;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private Path log;

  KilledAtEveryStepTest() throws IOException {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/kills"));
    log = Files.createTempFile(directory, "steps-", ".log");
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void aKillAtAnyStepOfAnyCallLosesNothing() throws Exception {
    System.out.println("log: " + log);
    Map<String, Map<String, List<String>>> steps = lives(0).count();
    assertThat(steps.keySet()).containsExactlyElementsOf(StepwiseLives.KILLED);
    steps.forEach((call, kinds) -> kinds.forEach((kind, names) -> show(call, kind, names)));
    List<Integer> points = points(steps);
    Queue<List<Integer>> todo = together(points);
    List<Future<?>> workers = new ArrayList<>();
    for (int worker = 1; worker <= SIDE_BY_SIDE; worker++) {
      int number = worker;
      workers.add(threads.submit(() -> work(number, steps, todo)));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    assertThat(gone.get()).isLessThanOrEqualTo(MOST_GONE);
    Proof.count("kill points", kills.get(), hits(steps, points) - gone.get());
  }

  /**
   * Right after each step of the call that has most. Between that and right before the next one
   * nothing changes, so that only a deep test takes both.
   */
  private static List<Integer> points(Map<String, Map<String, List<String>>> steps) {
    int most =
        steps.values().stream()
            .flatMap(kinds -> kinds.values().stream())
            .mapToInt(List::size)
            .max()
            .orElseThrow();
    return IntStream.range(0, 2 * most)
        .filter(point -> Proof.deep() || point % 2 == 1)
        .boxed()
        .toList();
  }

  private static Queue<List<Integer>> together(List<Integer> points) {
    Queue<List<Integer>> todo = new ConcurrentLinkedQueue<>();
    for (int first = 0; first < points.size(); first += TOGETHER) {
      todo.add(points.subList(first, Math.min(first + TOGETHER, points.size())));
    }
    return todo;
  }

  private int work(
      int worker, Map<String, Map<String, List<String>>> steps, Queue<List<Integer>> todo)
      throws Exception {
    for (List<Integer> points = todo.poll(); points != null; points = todo.poll()) {
      kills.addAndGet(killAt(worker, steps, points));
    }
    return worker;
  }

  /**
   * On a machine with too much to do a disk may count as silent while its life is to come to its
   * point, or a scrub take a checkpoint more or less than when steps were counted. Such lives are
   * no evidence: the steps are counted anew, and the lives taken once more.
   */
  private int killAt(int worker, Map<String, Map<String, List<String>>> steps, List<Integer> points)
      throws Exception {
    Map<String, Map<String, List<String>>> known = steps;
    for (int attempt = 1; ; attempt++) {
      try {
        int killed = lives(worker).killAt(known, points);
        gone.addAndGet(Math.max(0, hits(steps, points) - hits(known, points)));
        return killed;
      } catch (StepwiseDriver.SilentException starved) {
        if (attempt == ATTEMPTS) {
          throw starved;
        }
        System.out.printf("points %s once more: %s%n", points, starved.getMessage());
        known = lives(worker).count();
      }
    }
  }

  /** How many kills there are at these points. */
  private static int hits(Map<String, Map<String, List<String>>> steps, List<Integer> points) {
    return steps.values().stream()
        .flatMap(kinds -> kinds.values().stream())
        .mapToInt(names -> (int) points.stream().filter(at -> at < 2 * names.size()).count())
        .sum();
  }

  private StepwiseLives lives(int worker) {
    return new StepwiseLives(loops, threads, worker, log);
  }

  private static void show(String call, String lane, List<String> names) {
    System.out.printf("%s, %s, %d steps: %s%n", call, lane, names.size(), names);
  }
}
