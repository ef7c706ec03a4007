package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.sanity.StepwiseDriver.Hold;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The lives of a volume of each kind, side by side, in which every call can be cut short at one of
 * its steps.
 */
final class StepwiseLives {
  /** The calls that are killed: every one that changes something. */
  static final List<String> KILLED =
      List.of(
          "create on a blank disk",
          "stage",
          "publish",
          "unpublish",
          "unstage",
          "stage again",
          "delete",
          "create on a free disk");

  /** Long, for machines on which much else runs: a disk that is not read in time is unreadable. */
  private static final Patience PATIENCE =
      new Patience(Patience.FOR_ROOM.notNow(), Duration.ofMinutes(5));

  private static final Hold NOWHERE = new Hold(Map.of());

  private final LoopDisks loops;
  private final ExecutorService threads;
  private final int worker;
  private final Path log;
  private final Tally tally = new Tally();
  private final Map<String, Map<String, List<String>>> counted = new LinkedHashMap<>();
  private Map<String, Map<String, List<String>>> steps = Map.of();
  private List<Integer> points = List.of(Integer.MAX_VALUE);
  private int kills;

  StepwiseLives(LoopDisks loops, ExecutorService threads, int worker, Path log) {
    this.loops = loops;
    this.threads = threads;
    this.worker = worker;
    this.log = log;
  }

  /** Takes the lives through undisturbed; by call and lane, the steps it took. */
  Map<String, Map<String, List<String>>> count() throws Exception {
    live();
    return counted;
  }

  /**
   * Takes as many lives of each kind through as there are points, and kills the driver in each call
   * once, where each life is at its point of that call: 0 is right before the first step, 1 right
   * after it, 2 right before the second, and so on.
   *
   * @return how many points were hit
   */
  int killAt(Map<String, Map<String, List<String>>> known, List<Integer> at) throws Exception {
    steps = known;
    points = at;
    try {
      live();
      System.out.printf("points %s: %d kills%n", points, kills);
    } catch (StepwiseDriver.SilentException starved) {
      throw starved;
    } catch (Exception | AssertionError failed) {
      throw new AssertionError("points " + points + ": " + failed.getMessage(), failed);
    }
    return kills;
  }

  private void live() throws Exception {
    Path scratch;
    List<Lane> lanes = new ArrayList<>();
    synchronized (loops) {
      scratch = loops.folder("csi" + worker);
      for (int number = 0; number < points.size(); number++) {
        for (Lane.Kind kind : Lane.Kind.values()) {
          lanes.add(new Lane(kind, number, loops, scratch));
        }
      }
    }
    try (Session session = new Session(lanes, scratch)) {
      session.all();
    }
    for (Lane lane : lanes) {
      lane.assertNothingLeft();
    }
    assertThat(tally.answered(Code.UNKNOWN, Code.INTERNAL)).isEmpty();
    assertThat(Mounted.below(scratch)).isEmpty();
    synchronized (loops) {
      for (Lane lane : lanes) {
        for (LoopDisk disk : lane.disks()) {
          loops.pull(disk);
          Files.delete(disk.file());
        }
      }
    }
  }

  /** What is done to each lane. */
  @FunctionalInterface
  private interface Work {
    /** Does it. */
    void on(Lane lane) throws IOException, InterruptedException;
  }

  /** A call for each lane. */
  @FunctionalInterface
  private interface Call {
    /** Makes it. */
    void on(Lane lane, CsiClient client);
  }

  /** One driver after the other, at one socket. */
  private final class Session implements AutoCloseable {
    private final List<Lane> lanes;
    private final Site site;
    private final Map<String, List<Path>> places = new HashMap<>();
    private StepwiseDriver driver;

    Session(List<Lane> lanes, Path scratch) throws IOException, InterruptedException {
      this.lanes = lanes;
      List<String> nodes = new ArrayList<>();
      for (Lane lane : lanes) {
        lane.disks().forEach(disk -> nodes.add(disk.node().toString()));
        places.put(lane.name(), lane.places());
      }
      String name = "steps-" + ProcessHandle.current().pid() + "." + worker + ".spindle.dev";
      this.site = new Site(name, nodes, scratch);
      this.driver = StepwiseDriver.start(site, places, NOWHERE, log);
      awaitReady();
    }

    /** A call that comes before the first look is answered with UNAVAILABLE, and takes no step. */
    private void awaitReady() throws InterruptedException {
      Object unused = PATIENCE.call(() -> driver.running().volumes());
    }

    void all() throws Exception {
      call("create on a blank disk", (lane, client) -> lane.tenant().create(client));
      check(Lane::assertClaimedOnce);
      call("stage", (lane, client) -> lane.tenant().stage(client));
      check(Lane::assertFormattedOnce);
      call("publish", (lane, client) -> lane.tenant().publish(client, 0));
      check(lane -> lane.contents().write(lane.tenant().target(0)));
      call("unpublish", (lane, client) -> lane.tenant().unpublish(client, 0));
      call("unstage", (lane, client) -> lane.tenant().unstage(client));
      check(Lane::assertNotMounted);
      call("stage again", (lane, client) -> lane.tenant().stage(client));
      check(Lane::assertFormattedOnce);
      undisturbed((lane, client) -> lane.tenant().publish(client, 1));
      check(lane -> lane.contents().verify(lane.tenant().target(1)));
      undisturbed((lane, client) -> lane.tenant().unpublish(client, 1));
      undisturbed((lane, client) -> lane.tenant().unstage(client));
      call("delete", (lane, client) -> lane.tenant().delete(client));
      check(Lane::assertErased);
      call("create on a free disk", (lane, client) -> lane.tenant().create(client));
      check(Lane::assertClaimedOnce);
      undisturbed((lane, client) -> lane.tenant().delete(client));
      check(Lane::assertErased);
      assertThat(driver.running().volumes()).isEmpty();
    }

    private void check(Work work) throws Exception {
      onAll(lane -> work.on(lane));
    }

    /** Makes a call to its end for every lane, cut short once if this life is to be. */
    private void call(String name, Call call) throws Exception {
      Map<String, Integer> held = new HashMap<>();
      Map<String, List<String>> kinds = steps.getOrDefault(name, Map.of());
      for (Lane lane : lanes) {
        int point = points.get(lane.number());
        if (point < 2 * kinds.getOrDefault(lane.filesystem(), List.of()).size()) {
          held.put(lane.name(), point);
        }
      }
      if (!held.isEmpty()) {
        try {
          killIn(call, new Hold(held));
        } catch (StepwiseDriver.SilentException silent) {
          System.out.printf("%s, held at %s; %s%n", name, held, silent.getMessage());
          throw silent;
        } catch (ExecutionException failed) {
          throw new AssertionError(name + " " + held + ": " + failed.getMessage(), failed);
        }
      } else if (steps.isEmpty()) {
        driver.hold(NOWHERE);
      }
      try {
        undisturbed(call);
      } catch (Exception | AssertionError failed) {
        throw new AssertionError(name + " " + held + ": " + failed.getMessage(), failed);
      }
      if (steps.isEmpty()) {
        Map<String, List<String>> byKind = new TreeMap<>();
        Map<String, List<String>> byLane = driver.steps();
        lanes.forEach(lane -> byKind.put(lane.filesystem(), byLane.get(lane.name())));
        counted.put(name, byKind);
      }
    }

    private void killIn(Call call, Hold hold) throws Exception {
      awaitReady();
      driver.hold(hold);
      List<Future<@Nullable Code>> answers = new ArrayList<>();
      for (Lane lane : lanes) {
        answers.add(threads.submit(() -> answer(call, lane)));
      }
      try {
        driver.awaitHeld();
      } finally {
        driver.kill();
      }
      for (Future<@Nullable Code> answer : answers) {
        answer.get();
      }
      kills += hold.at().size();
      onAll(Lane::leaveMark);
      driver = StepwiseDriver.start(site, places, NOWHERE, log);
    }

    private @Nullable Code answer(Call call, Lane lane) {
      try {
        call.on(lane, driver.running().client(tally));
        return Code.OK;
      } catch (StatusRuntimeException cut) {
        return cut.getStatus().getCode();
      }
    }

    private void undisturbed(Call call) throws Exception {
      onAll(
          lane -> {
            Object unused =
                PATIENCE.call(
                    () -> {
                      call.on(lane, driver.running().client(tally));
                      return lane;
                    });
          });
    }

    private void onAll(Work work) throws Exception {
      List<Future<?>> running = new ArrayList<>();
      for (Lane lane : lanes) {
        running.add(
            threads.submit(
                () -> {
                  work.on(lane);
                  return lane;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }

    @Override
    public void close() {
      driver.close();
    }
  }
}
