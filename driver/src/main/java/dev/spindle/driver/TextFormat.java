package dev.spindle.driver;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One line for people: {@code 2026-11-22T15:00:00.123Z INFO message}. */
final class TextFormat extends Formatter {
  /** ISO 8601 in UTC, with milliseconds always. */
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder(120);
    line.append(TIME.format(entry.getInstant()));
    line.append(' ').append(String.format(Locale.ROOT, "%-5s", level(entry.getLevel())));
    line.append(' ').append(oneLine(formatMessage(entry)));
    if (entry.getThrown() != null) {
      line.append(": ").append(oneLine(Traces.of(entry.getThrown())));
    }
    return line.append('\n').toString();
  }

  /** The level in the words of SLF4J, which is what the code logs through. */
  static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** A record is one line whatever is in it: nobody can forge a second one. */
  private static String oneLine(String text) {
    return text.strip().replaceAll("\\R\\s*", " | ").replaceAll("\\p{Cntrl}", "?");
  }
}
