package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MetricsAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9810, 127.0.0.1, 9810",
    "':9810', '', 9810",
    "'[::1]:0', '::1', 0",
    "localhost:65535, localhost, 65535"
  })
  void hostAndPortAreReadAndPrintedAlike(String text, String host, int port) {
    assertThat(MetricsAddress.of(text)).isEqualTo(new MetricsAddress(host, port));
    assertThat(MetricsAddress.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9810", "host:", "host:x", "host:-1", "host:65536", "::1:9810"})
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> MetricsAddress.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HOST:PORT")
        .hasMessageContaining('"' + text + '"');
  }
}
