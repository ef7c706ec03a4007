package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LogFormatsTest {
  @Test
  void textIsTimeLevelAndMessage() {
    assertThat(new TextFormat().format(entry(Level.INFO, "hello")))
        .isEqualTo("2026-11-22T15:00:00.120Z INFO  hello\n");
    assertThat(new TextFormat().format(entry(Level.WARNING, "hello"))).contains(" WARN  hello");
    assertThat(new TextFormat().format(entry(Level.SEVERE, "hello"))).contains(" ERROR hello");
  }

  @Test
  void nobodyCanForgeASecondLineOfText() {
    assertThat(new TextFormat().format(entry(Level.INFO, "a\n2026 ERROR b\u001b[2J")))
        .isEqualTo("2026-11-22T15:00:00.120Z INFO  a | 2026 ERROR b?[2J\n");
  }

  @Test
  void anExceptionStaysOnItsLine() {
    LogRecord entry = entry(Level.SEVERE, "failed");
    entry.setThrown(new IllegalStateException("why"));
    String line = new TextFormat().format(entry);
    assertThat(line).contains("failed: java.lang.IllegalStateException: why | at ");
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    JsonObject json = JsonParser.parseString(new JsonFormat().format(entry)).getAsJsonObject();
    assertThat(json.get("trace").getAsString()).contains("why\n\tat ");
  }

  @Test
  void jsonIsOneObjectPerLine() {
    String line = new JsonFormat().format(entry(Level.INFO, "say \"hi\"\n<b>"));
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    JsonObject json = JsonParser.parseString(line).getAsJsonObject();
    assertThat(json.get("time").getAsString()).isEqualTo("2026-11-22T15:00:00.120Z");
    assertThat(json.get("level").getAsString()).isEqualTo("INFO");
    assertThat(json.get("logger").getAsString()).isEqualTo("a.Logger");
    assertThat(json.get("message").getAsString()).isEqualTo("say \"hi\"\n<b>");
    assertThat(json.has("trace")).isFalse();
  }

  private static LogRecord entry(Level level, String message) {
    LogRecord entry = new LogRecord(level, message);
    entry.setInstant(Instant.parse("2026-11-22T15:00:00.12Z"));
    entry.setLoggerName("a.Logger");
    return entry;
  }
}
