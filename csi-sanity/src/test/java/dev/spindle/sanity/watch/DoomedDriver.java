package dev.spindle.sanity.watch;

import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.driver.LogFormat;
import dev.spindle.driver.Machine;
import dev.spindle.driver.RunningDriver;
import dev.spindle.driver.Settings;
import dev.spindle.driver.SocketPath;
import dev.spindle.driver.Wiring;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A driver as {@code serve} starts it, in a process of its own, that can be held at any step so
 * that it can be killed right there. On standard input it takes, and answers on standard output:
 *
 * <pre>
 * arm lane=point …   armed; and once every lane stands still: reached
 * tell               steps lane|name|name…, one line a lane; then: told
 * </pre>
 *
 * At the end of standard input it stops.
 */
public final class DoomedDriver {
  private static final long MIN_DISK_BYTES = 16L << 20;

  private DoomedDriver() {}

  /** Arguments: socket, driver name, node name, disks, the first order or "", and the lanes. */
  public static void main(String[] arguments) throws IOException {
    List<String> words = Arrays.asList(arguments);
    Stops stops = new Stops(Lanes.parse(words.subList(5, words.size())));
    if (!words.get(4).isEmpty()) {
      obey(stops, words.get(4));
    }
    RunningDriver driver =
        Wiring.start(
            settings(words.get(0), new Owner(words.get(1), words.get(2)), words.get(3)),
            WatchedMachine.of(Machine.local(), stops));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      obey(stops, order);
    }
    System.exit(driver.stop() ? 0 : 1);
  }

  private static Settings settings(String socket, Owner owner, String disks) {
    List<DiskPattern> patterns = List.of(disks.split(",")).stream().map(DiskPattern::of).toList();
    return new Settings(
        SocketPath.of(socket),
        owner.topologyValue(),
        new Policy(owner, patterns, List.of(), MIN_DISK_BYTES, true, false),
        LogFormat.TEXT,
        Optional.empty(),
        0,
        false);
  }

  private static void obey(Stops stops, String order) {
    List<String> words = List.of(order.split(" "));
    if (words.get(0).equals("arm")) {
      arm(stops, words.subList(1, words.size()));
    } else {
      stops.steps().forEach((lane, names) -> say("steps " + lane + "|" + String.join("|", names)));
      say("told");
    }
  }

  private static void arm(Stops stops, List<String> lanes) {
    Map<String, Integer> at = new HashMap<>();
    for (String lane : lanes) {
      String[] parts = lane.split("=", 2);
      at.put(parts[0], Integer.valueOf(parts[1]));
    }
    Stops.Plan plan = stops.arm(at);
    say("armed");
    Thread reporting =
        new Thread(
            () -> {
              try {
                plan.reached().await();
              } catch (InterruptedException stopped) {
                return;
              }
              if (!at.isEmpty()) {
                say("reached");
              }
            });
    reporting.setDaemon(true);
    reporting.start();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
