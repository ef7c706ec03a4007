package dev.spindle.driver.cli;

import dev.spindle.driver.LogFormat;
import dev.spindle.driver.Logs;
import dev.spindle.driver.MetricsAddress;
import dev.spindle.driver.RunningDriver;
import dev.spindle.driver.Settings;
import dev.spindle.driver.SocketPath;
import dev.spindle.driver.Wiring;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spindle serve}: the driver. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    header = "Serve CSI Identity, Controller and Node for this node's disks on one Unix socket.",
    description = {
      "",
      "Runs until SIGTERM; then lets the calls that run finish, for up to 20 seconds.",
      "Logs to standard error, one line per record.",
      ""
    },
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--endpoint",
      paramLabel = "ENDPOINT",
      description = "The socket: unix:///csi/csi.sock, or just its absolute path. Must be given.")
  @Nullable String endpoint;

  @Mixin PolicyOptions policy = new PolicyOptions();

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How log lines are written: ${DEFAULT-VALUE}.")
  LogFormat logFormat = LogFormat.TEXT;

  @Option(
      names = "--metrics-address",
      paramLabel = "HOST:PORT",
      description = "Answer Prometheus there, as :9810 or 127.0.0.1:9810. If left out: nowhere.")
  @Nullable String metricsAddress;

  @Option(
      names = "--scrub-rate",
      paramLabel = "SIZE",
      defaultValue = "0",
      description =
          "How fast each disk may be erased, in bytes a second, as 200Mi; 0 is as fast as it can:"
              + " ${DEFAULT-VALUE}.")
  String scrubRate = "0";

  @Option(
      names = "--enable-alpha-health",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "Offer the volume and storage health calls of CSI 1.13, which are alpha. Health is told"
              + " in the listings and metrics in any case.")
  boolean enableAlphaHealth;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = settings();
    Logs.setUp(settings.logFormat());
    try {
      settings.socket().checkDirectory();
    } catch (IllegalArgumentException refused) {
      throw new BadUsage(String.valueOf(refused.getMessage()));
    }
    RunningDriver driver = Wiring.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(driver), "stop"));
    driver.awaitStop();
    return 0;
  }

  /** What the options say, validated. Touches no file but the host's name. */
  Settings settings() throws IOException {
    if (endpoint == null || endpoint.isBlank()) {
      throw new BadUsage("--endpoint (CSI_ENDPOINT) is missing, as unix:///csi/csi.sock");
    }
    if (policy.givenNodeName().isEmpty()) {
      throw new BadUsage("--node-name (NODE_NAME) is missing: this node's name in Kubernetes");
    }
    try {
      return new Settings(
          SocketPath.of(endpoint.strip()),
          policy.givenNodeName(),
          policy.policy(),
          logFormat,
          Optional.ofNullable(metricsAddress).map(String::strip).map(MetricsAddress::of),
          PolicyOptions.size("--scrub-rate", scrubRate),
          enableAlphaHealth);
    } catch (IllegalArgumentException refused) {
      throw new BadUsage(String.valueOf(refused.getMessage()));
    }
  }

  /** Stopping when told to is success, which the platform would report as 128 + 15. */
  private static void stop(RunningDriver driver) {
    int status = driver.stop() ? 0 : 1;
    Runtime.getRuntime().halt(status);
  }
}
