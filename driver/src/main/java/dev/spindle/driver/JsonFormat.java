package dev.spindle.driver;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One JSON object per line: {@code time}, {@code level}, {@code logger}, {@code message}, and
 * {@code trace} where there is one.
 */
final class JsonFormat extends Formatter {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  @Override
  public String format(LogRecord entry) {
    JsonObject line = new JsonObject();
    line.addProperty("time", TextFormat.TIME.format(entry.getInstant()));
    line.addProperty("level", TextFormat.level(entry.getLevel()));
    line.addProperty("logger", entry.getLoggerName());
    line.addProperty("message", formatMessage(entry));
    if (entry.getThrown() != null) {
      line.addProperty("trace", Traces.of(entry.getThrown()));
    }
    return GSON.toJson(line) + "\n";
  }
}
