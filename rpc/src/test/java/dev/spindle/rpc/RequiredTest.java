package dev.spindle.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields as CSI limits them. */
class RequiredTest {
  @Test
  void anEmptyFieldIsMissing() {
    invalid(() -> Required.present("volume_id", ""), "volume_id is missing");
    invalid(() -> Required.text("volume_id", ""), "volume_id is missing");
    invalid(() -> Required.name("name", ""), "name is missing");
    invalid(() -> Required.path("target_path", ""), "target_path is missing");
    invalid(
        () -> Required.some("volume_capabilities", List.of()), "volume_capabilities is missing");
  }

  @Test
  void stringsAreMeasuredInBytesOfUtf8() {
    assertThat(Required.text("f", "a".repeat(128))).hasSize(128);
    assertThat(Required.text("f", "\u00e4".repeat(64))).hasSize(64);
    assertThat(Required.text("f", "\ud83d\udcbe".repeat(32))).hasSize(64);
    invalid(() -> Required.text("f", "a".repeat(129)), "f has 129 bytes; at most 128 are allowed");
    invalid(
        () -> Required.text("f", "\u00e4".repeat(65)), "f has 130 bytes; at most 128 are allowed");
    assertThat(Required.present("f", "a".repeat(4096))).hasSize(4096);
  }

  @Test
  void exactlyTheCharactersThatCsiForbidsAreForbiddenInNames() {
    for (int c = 0; c <= 0xffff; c++) {
      if (Character.isSurrogate((char) c)) {
        continue;
      }
      String name = "a" + (char) c;
      boolean forbidden =
          c <= 0x08
              || c == 0x0b
              || c == 0x0c
              || (c >= 0x0e && c <= 0x1f)
              || (c >= 0x7f && c <= 0x9f);
      if (forbidden) {
        invalid(
            () -> Required.name("name", name),
            String.format("name has the character U+%04X, which CSI forbids", c));
      } else {
        assertThat(Required.name("name", name)).isEqualTo(name);
      }
    }
  }

  @Test
  void aMapIsMeasuredAsAWhole() {
    assertThat(Required.map("m", Map.of())).isEmpty();
    assertThat(Required.map("m", Map.of("k", "v".repeat(4095)))).hasSize(1);
    invalid(
        () -> Required.map("m", Map.of("k", "v".repeat(4096))),
        "m has 4097 bytes; at most 4096 are allowed");
  }

  @Test
  void aPathMayBeAsLongAsTheKernelTakesIt() {
    assertThat(Required.path("p", "/var/lib/kubelet")).isEqualTo(Path.of("/var/lib/kubelet"));
    assertThat(Required.path("p", "/a..b/..c/d..")).isEqualTo(Path.of("/a..b/..c/d.."));
    assertThat(Required.path("p", "/" + "a".repeat(4094))).isAbsolute();
    invalid(
        () -> Required.path("p", "/" + "a".repeat(4095)),
        "p has 4096 bytes; at most 4095 are allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"some/path", "../etc", "/var/../etc", "/var/..", "/..", "/a\0b", "."})
  void aPathThatLeadsElsewhereIsRefused(String path) {
    assertThatThrownBy(() -> Required.path("target_path", path))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("INVALID_ARGUMENT: target_path ");
  }

  @Test
  void aCutTextFitsAndKeepsWholeCharacters() {
    assertThat(Utf8.cut("abc", 3)).isEqualTo("abc");
    assertThat(Utf8.cut("abcdefg", 6)).isEqualTo("abc...");
    assertThat(Utf8.cut("\ud83d\udcbe\ud83d\udcbe", 7)).isEqualTo("\ud83d\udcbe...");
    assertThat(Utf8.cut("\ud83d\udcbe\ud83d\udcbe", 6)).isEqualTo("...");
  }

  private static void invalid(ThrowingCallable check, String sentence) {
    assertThatThrownBy(check)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("INVALID_ARGUMENT: " + sentence);
  }
}
