package dev.spindle.sanity;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A driver that is killed and started anew at the same socket, again and again. What it leaves
 * running is found by the disks in its arguments, and is gone when this is closed.
 */
final class MortalDriver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Site site;
  private final Path log;
  private final Tally tally;
  private volatile RunningDriver current;

  private MortalDriver(Site site, Path log, Tally tally) throws IOException {
    this.site = site;
    this.log = log;
    this.tally = tally;
    this.current = RunningDriver.start(site, log);
  }

  /** Starts it; returns when it has looked at its disks. */
  static MortalDriver start(Site site, Path log, Tally tally)
      throws IOException, InterruptedException {
    MortalDriver driver = new MortalDriver(site, log, tally);
    try {
      driver.current.awaitReady();
      return driver;
    } catch (InterruptedException | RuntimeException | AssertionError failed) {
      driver.close();
      throw failed;
    }
  }

  Site site() {
    return site;
  }

  /** A talk with the driver that runs now, or ran last. */
  CsiClient client() {
    return current.client(tally);
  }

  RunningDriver running() {
    return current;
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    current.kill();
  }

  /** Starts a new one. Calls may come before it has looked at its disks, or listens at all. */
  void startAnew() throws IOException {
    current = RunningDriver.start(site, log);
  }

  /** A program that has a disk's volume open and is formatting it, if there is one. */
  Optional<ProcessHandle> formatting() {
    return current.process().children().filter(this::formats).findFirst();
  }

  /** Whether a process is an mkfs that has come so far as to open a disk's volume. */
  boolean formats(ProcessHandle process) {
    return isMkfs(process) && hasOpen(process);
  }

  private static boolean isMkfs(ProcessHandle process) {
    return process
        .info()
        .command()
        .filter(path -> Path.of(path).getFileName().toString().startsWith("mk"))
        .isPresent();
  }

  private boolean hasOpen(ProcessHandle process) {
    Path descriptors = Path.of("/proc", String.valueOf(process.pid()), "fd");
    try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : open) {
        String file = Files.readSymbolicLink(descriptor).toString();
        if (site.disks().stream().anyMatch(disk -> file.equals(disk + "p2"))) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException ended) {
      return false;
    }
  }

  @Override
  public void close() {
    current.close();
    List<ProcessHandle> left = ProcessHandle.allProcesses().filter(this::formats).toList();
    left.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
