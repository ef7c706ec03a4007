package dev.spindle.driver;

import java.util.logging.LogManager;

/**
 * Keeps the log working while the process stops: the platform's own takes its handlers away in a
 * shutdown hook, at the same time as ours drains calls and has something to say. It reads no
 * configuration file either; {@link Logs} is all the configuration there is.
 */
public final class LogsUntilExit extends LogManager {
  /** For java.util.logging, which makes the one instance by the name of this class. */
  public LogsUntilExit() {}

  @Override
  public void readConfiguration() {}

  @Override
  public void reset() {}
}
