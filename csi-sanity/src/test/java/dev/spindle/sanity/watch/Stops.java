package dev.spindle.sanity.watch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * Counts the steps that change something, in each lane by itself, and holds each lane at the one it
 * is told to. When all of them stand there, and not before, a kill hits every one at its step.
 */
final class Stops implements Watcher {
  private final Lanes lanes;
  private final Map<String, List<String>> steps = new TreeMap<>();
  private Plan plan = Plan.NONE;

  Stops(Lanes lanes) {
    this.lanes = lanes;
  }

  /**
   * Where each lane is held.
   *
   * @param at by lane, a point: 0 is right before the first step, 1 right after it, 2 right before
   *     the second, and so on
   * @param reached counts down with each lane that stands still
   */
  record Plan(Map<String, Integer> at, CountDownLatch reached) {
    static final Plan NONE = new Plan(Map.of(), new CountDownLatch(0));
  }

  /** Where in a step a lane is held, and by which plan. */
  private record Stop(Plan plan, boolean after) {}

  /** Forgets what was counted, and holds the lanes anew. */
  synchronized Plan arm(Map<String, Integer> at) {
    steps.clear();
    plan = new Plan(new HashMap<>(at), new CountDownLatch(at.size()));
    return plan;
  }

  /** The names of the steps since then, by lane. */
  synchronized Map<String, List<String>> steps() {
    Map<String, List<String>> copy = new TreeMap<>();
    steps.forEach((lane, names) -> copy.put(lane, List.copyOf(names)));
    return copy;
  }

  @Override
  public <T> T around(Step step, Call<T> call) throws IOException {
    Optional<String> lane = step.changes() ? lanes.of(step) : Optional.empty();
    if (lane.isEmpty()) {
      return call.run();
    }
    Optional<Stop> stop = take(lane.get(), step);
    if (stop.isPresent() && !stop.get().after()) {
      standStill(stop.get().plan());
    }
    try {
      return call.run();
    } finally {
      if (stop.isPresent()) {
        standStill(stop.get().plan());
      }
    }
  }

  /** Counts a step; says where the lane is to be held in it, if so. */
  private synchronized Optional<Stop> take(String lane, Step step) {
    List<String> taken = steps.computeIfAbsent(lane, any -> new ArrayList<>());
    taken.add(step.name());
    int point = plan.at().getOrDefault(lane, -1);
    return point >= 0 && point / 2 + 1 == taken.size()
        ? Optional.of(new Stop(plan, point % 2 == 1))
        : Optional.empty();
  }

  /** For ever: only the end of the process ends it. */
  private static void standStill(Plan plan) {
    plan.reached().countDown();
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException ignored) {
        // A driver that is being stopped interrupts, and this one is to be killed.
      }
    }
  }
}
