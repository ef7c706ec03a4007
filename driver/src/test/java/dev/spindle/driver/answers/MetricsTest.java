package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Prometheus is told while volumes come and go. */
@RequireRoot
final class MetricsTest {
  private static final long VOLUME_BYTES = 60 * LiveDriver.MIB;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  @Test
  void roomStatesReasonsVolumesAndCallsAreToldAndFollowWhatHappens() throws IOException {
    try (LiveDriver driver = new LiveDriver(loops)) {
      LoopDisk free = driver.disk(64);
      LoopDisk used = driver.disk(64);
      LiveDriver.damage(used, 5_000_000, new byte[] {1});
      driver.start();
      assertThat(driver.metrics())
          .contains(
              "spindle_ready 1.0",
              "spindle_capacity_bytes " + (double) VOLUME_BYTES,
              "spindle_largest_volume_bytes " + (double) VOLUME_BYTES,
              state(free, "eligible"),
              state(used, "ineligible"),
              reason(used, "data"))
          .noneMatch(line -> line.startsWith("spindle_volume_size_bytes{"));

      Volume wanted = volume(driver);
      String id =
          driver
              .call(() -> driver.controller().createVolume(wanted.create().build()))
              .getVolume()
              .getVolumeId();
      driver.status(
          () -> driver.controller().createVolume(wanted.create().setName("more").build()));
      assertThat(driver.metrics())
          .contains(
              "spindle_capacity_bytes 0.0",
              state(free, "claimed"),
              reason(free, "in-use"),
              "spindle_calls_total{code=\"OK\",method=\"CreateVolume\"} 1.0",
              "spindle_calls_total{code=\"RESOURCE_EXHAUSTED\",method=\"CreateVolume\"} 1.0",
              "spindle_call_seconds_count{method=\"CreateVolume\"} 2")
          .anyMatch(
              line ->
                  line.startsWith("spindle_volume_size_bytes{")
                      && line.contains("volume_id=\"" + id + "\"")
                      && line.endsWith(" " + (double) VOLUME_BYTES));
    }
  }

  private static Volume volume(LiveDriver driver) throws IOException {
    return new Volume(
        "data", "", false, driver.folder("staging"), driver.folder("pod").resolve("target"));
  }

  private static String state(LoopDisk disk, String state) {
    return "spindle_disk_state{disk=\"" + disk.name() + "\",state=\"" + state + "\"} 1.0";
  }

  private static String reason(LoopDisk disk, String reason) {
    return "spindle_disk_reason{disk=\"" + disk.name() + "\",reason=\"" + reason + "\"} 1.0";
  }
}
