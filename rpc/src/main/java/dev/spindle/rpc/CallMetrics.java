package dev.spindle.rpc;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** Counts calls by method and answer, and measures how long they take. */
public final class CallMetrics extends AfterEachCall {
  /** Seconds: a look into memory, a mount, a scrub awaited for 8 s, kubelet's two minutes. */
  private static final double[] UPPER_BOUNDS = {0.001, 0.01, 0.1, 1, 5, 10, 30, 120};

  private final Counter calls;
  private final Histogram seconds;

  /** Registers {@code spindle_calls_total} and {@code spindle_call_seconds}. */
  public CallMetrics(PrometheusRegistry registry) {
    calls =
        Counter.builder()
            .name("spindle_calls_total")
            .help("CSI calls that have ended, by method and gRPC code.")
            .labelNames("method", "code")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("spindle_call_seconds")
            .help("How long CSI calls took.")
            .unit(Unit.SECONDS)
            .labelNames("method")
            .classicOnly()
            .classicUpperBounds(UPPER_BOUNDS)
            .register(registry);
  }

  @Override
  void ended(EndedCall call) {
    calls.labelValues(call.method(), call.status().getCode().name()).inc();
    seconds.labelValues(call.method()).observe(Unit.nanosToSeconds(call.took().toNanos()));
  }
}
