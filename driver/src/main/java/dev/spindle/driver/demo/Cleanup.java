package dev.spindle.driver.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Undoes what was done, last things first, however it ends: at the end, or when the process is told
 * to stop.
 */
final class Cleanup implements AutoCloseable {
  /** One thing to undo. */
  @FunctionalInterface
  interface Step {
    /** Undoes it. */
    void run() throws IOException;
  }

  private record Task(String what, Step step) {}

  private final PrintWriter out;
  private final Deque<Task> tasks = new ArrayDeque<>();
  private final Thread hook = new Thread(this::undo, "cleanup");
  private volatile boolean closed;

  Cleanup(PrintWriter out) {
    this.out = out;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Remembers to undo something.
   *
   * @throws IOException if everything is being undone already: then nothing may be begun
   */
  synchronized void later(String what, Step step) throws IOException {
    if (closed) {
      throw new IOException("stopped");
    }
    tasks.push(new Task(what, step));
  }

  /** Whether everything is being undone already, so that what fails now fails for that reason. */
  boolean begun() {
    return closed;
  }

  private synchronized void undo() {
    closed = true;
    while (!tasks.isEmpty()) {
      Task task = tasks.pop();
      try {
        task.step().run();
      } catch (IOException | RuntimeException failed) {
        out.println("left behind: " + task.what() + ": " + failed.getMessage());
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    undo();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // The hook runs, and finds nothing left to do.
    }
  }
}
