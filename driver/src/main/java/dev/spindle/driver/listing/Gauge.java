package dev.spindle.driver.listing;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** The values of one metric at one moment. */
final class Gauge {
  private final String name;
  private final GaugeSnapshot.Builder snapshot;

  Gauge(String name, String help) {
    this.name = name;
    this.snapshot = GaugeSnapshot.builder().name(name).help(help);
  }

  String name() {
    return name;
  }

  Gauge add(long value) {
    return add(value, Labels.EMPTY);
  }

  Gauge add(long value, Labels labels) {
    snapshot.dataPoint(
        GaugeDataPointSnapshot.builder().value((double) value).labels(labels).build());
    return this;
  }

  GaugeSnapshot snapshot() {
    return snapshot.build();
  }
}
