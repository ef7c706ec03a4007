package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class MetricsEndpointTest {
  @Test
  void anAddressThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      MetricsAddress address = new MetricsAddress("127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(() -> MetricsEndpoint.start(address, new PrometheusRegistry()))
          .isInstanceOf(IOException.class)
          .hasMessage("metrics cannot be served at " + address + ": Address already in use");
    }
  }
}
