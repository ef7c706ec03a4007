package dev.spindle.driver.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.spindle.disks.scrub.ScrubView;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DiskMetricsTest {
  private static final Instant NEXT = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void aScrubTellsItsProgressItsRateAndWhatRemains() {
    assertThat(
            values(
                new ScrubView(
                    "sdb",
                    true,
                    1000,
                    250,
                    OptionalLong.of(50),
                    OptionalLong.of(15),
                    "",
                    Optional.empty())))
        .containsOnly(
            entry("spindle_scrub_size_bytes", 1000.0),
            entry("spindle_scrub_done_bytes", 250.0),
            entry("spindle_scrub_bytes_per_second", 50.0),
            entry("spindle_scrub_remaining_seconds", 15.0),
            entry("spindle_scrub_failing", 0.0));
  }

  @Test
  void aScrubThatFailedTellsWhenItIsTriedAgain() {
    assertThat(
            values(
                new ScrubView(
                    "sdb",
                    false,
                    1000,
                    0,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    "EIO",
                    Optional.of(NEXT))))
        .containsOnly(
            entry("spindle_scrub_size_bytes", 1000.0),
            entry("spindle_scrub_done_bytes", 0.0),
            entry("spindle_scrub_next_attempt_timestamp_seconds", (double) NEXT.getEpochSecond()),
            entry("spindle_scrub_failing", 1.0));
  }

  private static Map<String, Double> values(ScrubView scrub) {
    Map<String, Double> values = new TreeMap<>();
    for (Gauge gauge : DiskMetrics.scrubs(List.of(scrub))) {
      for (GaugeDataPointSnapshot point : gauge.snapshot().getDataPoints()) {
        assertThat(point.getLabels().get("disk")).isEqualTo("sdb");
        values.put(gauge.name(), point.getValue());
      }
    }
    return values;
  }
}
