package dev.spindle.disks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeIdTest {
  @Property
  void anIdIsReadBackAsItWasWritten(
      @ForAll @AlphaChars @NumericChars @Chars({'-', '.', '_'}) @StringLength(min = 1, max = 63)
          String topologyValue,
      @ForAll long high,
      @ForAll long low) {
    VolumeId id = new VolumeId(topologyValue, new UUID(high, low));

    assertThat(VolumeId.parse(id.toString())).hasValue(id);
    assertThat(id.toString().length()).isLessThanOrEqualTo(100);
  }

  @Property
  void whateverIsReadIsWrittenAsItWas(@ForAll String text) {
    assertThat(VolumeId.parse(text).stream()).allSatisfy(id -> assertThat(id).hasToString(text));
  }

  @Property
  void oneCharacterMoreOrLessIsNoId(@ForAll long high, @ForAll long low) {
    String id = "node-a/" + new UUID(high, low);

    assertThat(VolumeId.parse(id + "0")).isEmpty();
    assertThat(VolumeId.parse(id + "/")).isEmpty();
    assertThat(VolumeId.parse(id.substring(0, id.length() - 1))).isEmpty();
    assertThat(VolumeId.parse(id.replace('/', ':'))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "node-a",
        "node-a/",
        "/0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e",
        "0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e",
        "node-a//0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e",
        "node-a/x/0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e",
        "node-a/0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6g",
        "node-a/0b5e0d5c38b14d0f8f6e1f5d3a2c4b6e",
        "node-a/000b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6",
        "node-a/+b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e",
        "node-a/0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e ",
        "node-a/../../../../../etc/passwd-aaaaaaaaaaaa",
        "vol-0123456789abcdef0"
      })
  void garbageIsNoId(String text) {
    assertThat(VolumeId.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = "node-a/0b5e0d5c-38b1-4d0f-8f6e-1f5d3a2c4b6e")
  void upperCaseIsNoIdOfOurs(String id) {
    int uuid = id.indexOf('/') + 1;

    assertThat(VolumeId.parse(id.substring(0, uuid) + id.substring(uuid).toUpperCase(Locale.ROOT)))
        .isEmpty();
  }
}
