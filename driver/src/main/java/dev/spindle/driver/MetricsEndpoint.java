package dev.spindle.driver;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers {@code GET /metrics} over HTTP. It has one thread, so that scrapes cost no more. */
final class MetricsEndpoint implements AutoCloseable {
  private final HTTPServer server;
  private final ExecutorService thread;

  private MetricsEndpoint(HTTPServer server, ExecutorService thread) {
    this.server = server;
    this.thread = thread;
  }

  /**
   * Listens.
   *
   * @throws IOException with a sentence, if the address cannot be had
   */
  static MetricsEndpoint start(MetricsAddress address, PrometheusRegistry registry)
      throws IOException {
    ExecutorService thread = Executors.newSingleThreadExecutor(MetricsEndpoint::daemon);
    try {
      HTTPServer.Builder builder =
          HTTPServer.builder().port(address.port()).registry(registry).executorService(thread);
      if (!address.host().isEmpty()) {
        builder.inetAddress(InetAddress.getByName(address.host()));
      }
      return new MetricsEndpoint(builder.buildAndStart(), thread);
    } catch (IOException failed) {
      thread.shutdown();
      throw new IOException(
          "metrics cannot be served at " + address + ": " + failed.getMessage(), failed);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "metrics");
    thread.setDaemon(true);
    return thread;
  }

  /** The port, also where any was asked for. */
  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.close();
    thread.shutdown();
  }
}
