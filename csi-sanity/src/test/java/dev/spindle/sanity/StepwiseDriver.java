package dev.spindle.sanity;

import dev.spindle.sanity.watch.DoomedDriver;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@link DoomedDriver} in a process of its own, and what it is told and tells. */
final class StepwiseDriver implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** It did not say in time what it was to say. */
  static final class SilentException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private SilentException(String message) {
      super(message);
    }
  }

  private final RunningDriver running;
  private final BufferedWriter orders;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private StepwiseDriver(Process process, Path socket, Path log) {
    this.running = RunningDriver.of(process, socket, log);
    this.orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    Thread listening = new Thread(() -> listen(process), "doomed-driver");
    listening.setDaemon(true);
    listening.start();
  }

  private void listen(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.add(line);
      }
    } catch (IOException killed) {
      // It tells no more.
    }
  }

  /**
   * Where it is to stand still.
   *
   * @param at by lane, a point: 0 is right before the first step, 1 right after it, 2 right before
   *     the second, and so on
   */
  record Hold(Map<String, Integer> at) {
    private String order() {
      return at.entrySet().stream()
          .map(lane -> " " + lane.getKey() + "=" + lane.getValue())
          .collect(Collectors.joining("", "arm", ""));
    }
  }

  /**
   * Starts it; it may not listen yet when this returns.
   *
   * @param places the paths of each lane
   * @param hold where it is to stand still; nowhere, and steps are only counted, where a hold is
   *     empty
   */
  static StepwiseDriver start(Site site, Map<String, List<Path>> places, Hold hold, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-Xmx192m",
            "-Djnr.ffi.asm.enabled=false",
            "-Dio.grpc.netty.shaded.io.netty.allocator.type=unpooled",
            "-cp",
            System.getProperty("java.class.path"),
            DoomedDriver.class.getName(),
            site.socket().toString(),
            site.driverName(),
            Site.NODE,
            String.join(",", site.disks()),
            hold.order()));
    places.forEach((lane, paths) -> command.add(lane + "=" + joined(paths)));
    ProcessBuilder java =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    StepwiseDriver driver = new StepwiseDriver(java.start(), site.socket(), log);
    driver.awaitTold("armed");
    return driver;
  }

  private static String joined(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(","));
  }

  RunningDriver running() {
    return running;
  }

  /** Has it stand still somewhere, counted from now on. */
  void hold(Hold hold) throws IOException, InterruptedException {
    say(hold.order());
    awaitTold("armed");
  }

  /** Waits until every lane that is to be held stands still. */
  void awaitHeld() throws InterruptedException {
    awaitTold("reached");
  }

  /** The steps of each lane since it was last told where to stand still. */
  Map<String, List<String>> steps() throws IOException, InterruptedException {
    say("tell");
    Map<String, List<String>> steps = new TreeMap<>();
    for (String line : awaitTold("told")) {
      String[] words = line.substring("steps ".length()).split("\\|");
      steps.put(words[0], Arrays.asList(words).subList(1, words.length));
    }
    return steps;
  }

  private void say(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
  }

  /** What it tells until it tells this. */
  private List<String> awaitTold(String last) throws InterruptedException {
    List<String> before = new ArrayList<>();
    while (true) {
      String line = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new SilentException("the driver does not say \"" + last + "\"");
      }
      if (line.equals(last)) {
        return before;
      }
      before.add(line);
    }
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    running.kill();
  }

  /** Kills it, as lanes that stand still would never let it end. */
  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
