package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.Owner;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  @Test
  void theDefaultsAreWhatTheDocumentationSays() {
    assertThat(Settings.DEFAULT_DRIVER_NAME).isEqualTo("disk.spindle.dev");
    assertThat(Quantity.parse(Settings.DEFAULT_MIN_DISK_SIZE)).isEqualTo(1L << 30);
  }

  @Test
  void withoutAPatternNoDriverRuns() {
    assertThatThrownBy(() -> settings("disk.spindle.dev", "n", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--disks");
  }

  @Test
  void aDriverNameStartsAndEndsWithALetterAndHasAtMost63Bytes() {
    settings("a" + "1".repeat(61) + "z", "n");
    for (String name : List.of("", "1a", "a1", "a_b", "a" + "1".repeat(62) + "z", "-a", "a.")) {
      assertThatThrownBy(() -> settings(name, "n")).hasMessageContaining("driver name");
    }
  }

  @Test
  void aNodeNameHasAtMost256Bytes() {
    assertThatThrownBy(() -> settings("a.b", "é".repeat(129))).hasMessageContaining("258");
    assertThatThrownBy(() -> settings("a.b", "")).hasMessageContaining("has 0");
  }

  @Test
  void aShortNodeNameIsItsTopologyValue() {
    assertThat(TopologyValue.of("node-1.example.org")).isEqualTo("node-1.example.org");
    assertThat(TopologyValue.of("n".repeat(63))).isEqualTo("n".repeat(63));
  }

  @Test
  void aLongNodeNameIsHashedAndTheHashNeverChanges() {
    String value = TopologyValue.of("n".repeat(64));
    assertThat(value).isEqualTo("n".repeat(46) + "-ce068a195ab380a8");
    assertThat(TopologyValue.check(value)).hasSize(63);
    assertThat(TopologyValue.of("n".repeat(65))).isNotEqualTo(value);
  }

  @Test
  void aTopologyValueIsALabelValue() {
    for (String value : List.of("", "-a", "a-", "a b", "a/b", "a".repeat(64), "é")) {
      assertThatThrownBy(() -> TopologyValue.check(value)).hasMessageContaining("topology value");
    }
  }

  private static Settings settings(String driverName, String nodeName) {
    return settings(driverName, nodeName, List.of(DiskPattern.of("/dev/sd*")));
  }

  private static Settings settings(String driverName, String nodeName, List<DiskPattern> patterns) {
    Policy policy = new Policy(new Owner(driverName, "t"), patterns, List.of(), 0, false, false);
    return new Settings(
        SocketPath.of("/x.sock"), nodeName, policy, LogFormat.TEXT, Optional.empty(), 0, false);
  }
}
