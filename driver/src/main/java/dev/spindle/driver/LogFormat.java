package dev.spindle.driver;

/** How a line of the log is written. */
public enum LogFormat {
  /** For people: time, level, message. */
  TEXT,
  /** For machines: one JSON object per line. */
  JSON
}
