package dev.spindle.disks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1073741824, 1073741824",
    "500Gi, 536870912000",
    "1.5T, 1500000000000",
    "1.5Ki, 1536",
    "10k, 10000",
    "1e3, 1000",
    "0.5, 1",
    "1.1Ki, 1127",
    "' 2Mi ', 2097152",
    "9223372036854775807, 9223372036854775807"
  })
  void sizesAreReadAsKubernetesWritesThemAndRoundedUp(String text, long bytes) {
    assertThat(Quantity.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Gi",
        "-1",
        "-1Gi",
        "1 Gi",
        "1gi",
        "1KiB",
        "1B",
        "ten",
        "0x10",
        "1.2.3",
        "NaN",
        "9223372036854775808",
        "8192Pi"
      })
  void whatIsNoSizeIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> Quantity.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"")
        .hasMessageContaining("500Gi");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e30000000", "1e-999999999", "1e-30000000Gi"})
  void absurdExponentsAreRefusedAtOnce(String text) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () ->
            assertThatThrownBy(() -> Quantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void sizesAreWrittenInTheLargestUnitThatFits() {
    assertThat(Quantity.format(0)).isEqualTo("0B");
    assertThat(Quantity.format(1023)).isEqualTo("1023B");
    assertThat(Quantity.format(1024)).isEqualTo("1Ki");
    assertThat(Quantity.format(3L << 29)).isEqualTo("1.5Gi");
    assertThat(Quantity.format(4_000_787_030_016L)).isEqualTo("3.6Ti");
  }

  @Property
  void plainBytesAreReadAsTheyAre(@ForAll @LongRange(min = 0) long bytes) {
    assertThat(Quantity.parse(Long.toString(bytes))).isEqualTo(bytes);
  }

  @Property
  void wholeUnitsAreReadBackExactly(
      @ForAll @IntRange(min = 1, max = 1023) int count,
      @ForAll @IntRange(min = 1, max = 5) int unit) {
    long bytes = (long) count << (10 * unit);

    assertThat(Quantity.parse(Quantity.format(bytes))).isEqualTo(bytes);
  }

  @Property
  void whatIsWrittenForPeopleIsReadBackWithinItsLastDigit(
      @ForAll @LongRange(min = 1024, max = 1L << 59) long bytes) {
    long back = Quantity.parse(Quantity.format(bytes));

    int tens = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    long unit = 1L << (10 * tens);
    assertThat(back).isCloseTo(bytes, within(unit / 20 + 1));
  }
}
