package dev.spindle.linux.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file that stops answering when it is told to, and goes on when it is told to: a loop device
 * over it is a disk that hangs. It is the only file of a small FUSE filesystem, which {@link
 * StallingServer} serves in a process of its own, so that no package is needed for it. When the
 * tests die, so does that process, and what waits fails.
 *
 * <p>Closing lets everything go on; the filesystem stays until {@link LoopDisks} has detached the
 * loop device and unmounts the folder.
 */
public final class StallingFile implements AutoCloseable {
  private final Path path;
  private final BufferedWriter orders;
  private final BufferedReader answers;

  private StallingFile(Path folder, long sizeBytes) throws IOException {
    this.path = folder.resolve("fuse/disk");
    Process server =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                StallingServer.class.getName(),
                folder.toString(),
                String.valueOf(sizeBytes))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    this.orders = server.outputWriter(StandardCharsets.UTF_8);
    this.answers = server.inputReader(StandardCharsets.UTF_8);
    if (!"serving".equals(answers.readLine())) {
      throw new IOException("no FUSE filesystem can be served in " + folder);
    }
  }

  /** A file of zeroes. */
  public static StallingFile create(LoopDisks disks, long sizeBytes) throws IOException {
    return new StallingFile(disks.folder("stalling" + System.nanoTime()), sizeBytes);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** From now on nothing is read or written, and looks at other paths beside it hang too. */
  public void stall() {
    tell("stall");
  }

  /**
   * Nothing is read or written from the first write at this byte or behind it on: a loop device
   * does one thing after the other.
   */
  public void stallAtWriteFrom(long offset) {
    tell("stall-at-write " + offset);
  }

  /** From now on each write from this byte on takes two seconds. */
  public void slowWritesFrom(long offset) {
    tell("slow-writes " + offset);
  }

  /** Whether anybody waits for it. */
  public boolean isAwaited() {
    return tell("awaited").equals("true");
  }

  /** Returns once somebody waits for it. */
  public void awaitAwaited() throws InterruptedException {
    while (!isAwaited()) {
      Thread.sleep(10);
    }
  }

  /** Does what waits, and everything from now on. */
  public void release() {
    tell("release");
  }

  private synchronized String tell(String order) {
    try {
      orders.write(order + "\n");
      orders.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("the server of " + path + " has ended");
      }
      return answer;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    release();
  }
}
