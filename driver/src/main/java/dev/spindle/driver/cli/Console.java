package dev.spindle.driver.cli;

import java.io.PrintWriter;
import java.util.Map;

/** What a command has to do with the one who runs it: standard output and error, environment. */
record Console(PrintWriter out, PrintWriter err, Map<String, String> environment) {
  /** Copies the environment. */
  Console {
    environment = Map.copyOf(environment);
  }
}
