package dev.spindle.driver;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Sets the log up: one line per record, to standard error, which is the only place it goes. */
public final class Logs {
  /**
   * Held here, because java.util.logging holds its loggers weakly and would forget the level. Made
   * late, because making a logger settles which log manager there is.
   */
  @SuppressWarnings("UnusedVariable") // being held is its use
  private static @Nullable Logger grpcAndItsNetty;

  private Logs() {}

  /** To be called before anything else of java.util.logging: keeps the log until the very end. */
  public static void keepUntilExit() {
    System.setProperty("java.util.logging.manager", LogsUntilExit.class.getName());
  }

  /** Writes records of INFO and above in a format; of the libraries below us WARNING and above. */
  public static void setUp(LogFormat format) {
    setUp(format, Level.INFO);
  }

  /** For commands that answer on standard output: only what is wrong. */
  public static void onlyWarnings() {
    setUp(LogFormat.TEXT, Level.WARNING);
  }

  private static synchronized void setUp(LogFormat format, Level level) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.setLevel(level);
    root.addHandler(
        new StandardError(format == LogFormat.JSON ? new JsonFormat() : new TextFormat()));
    Logger grpc = Logger.getLogger("io.grpc");
    grpc.setLevel(Level.WARNING);
    grpcAndItsNetty = grpc;
  }
}
