package dev.spindle.driver;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Writes each record to descriptor 2 with one write, so that lines of threads do not mix. */
final class StandardError extends Handler {
  private final OutputStream stream = new FileOutputStream(FileDescriptor.err);

  StandardError(Formatter formatter) {
    setFormatter(formatter);
  }

  @Override
  public void publish(LogRecord entry) {
    if (!isLoggable(entry)) {
      return;
    }
    byte[] line = getFormatter().format(entry).getBytes(StandardCharsets.UTF_8);
    try {
      stream.write(line);
    } catch (IOException failed) {
      reportError("standard error", failed, ErrorManager.WRITE_FAILURE);
    }
  }

  @Override
  public void flush() {}

  /** Leaves the descriptor open: it is the process's, not ours. */
  @Override
  public void close() {}
}
