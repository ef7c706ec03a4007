package dev.spindle.linux.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads a stream to its end on a thread of its own, so that its writer never waits. */
final class Drain implements AutoCloseable {
  /** How long the stream of an ended program may stay open, as a child of its may hold it. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final InputStream stream;
  private final int limit;
  private final Thread thread;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  /** Keeps the last {@code limit} bytes at least, and at most twice as many. */
  Drain(InputStream stream, int limit) {
    this.stream = stream;
    this.limit = limit;
    this.thread = new Thread(this::drain, "drain");
    thread.setDaemon(true);
    thread.start();
  }

  /** What was written, once the stream has ended or patience has. */
  String text() {
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (kept) {
      String text = kept.toString(StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.length() - limit));
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private void drain() {
    byte[] buffer = new byte[4096];
    try {
      for (int got = stream.read(buffer); got >= 0; got = stream.read(buffer)) {
        keep(buffer, got);
      }
    } catch (IOException e) {
      // Closed because nobody waits any longer: what was kept is what there is.
    }
  }

  private void keep(byte[] buffer, int length) {
    synchronized (kept) {
      if (kept.size() >= 2 * limit) {
        byte[] all = kept.toByteArray();
        kept.reset();
        kept.write(all, all.length - limit, limit);
      }
      kept.write(buffer, 0, length);
    }
  }
}
