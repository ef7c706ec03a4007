package dev.spindle.disks.inventory;

import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks several disks one question, some at a time and each in a thread of its own: it may hang. */
public final class Poll {
  private static final Logger LOG = LoggerFactory.getLogger(Poll.class);

  /** Less than after what a disk counts as silent: whoever asks holds another one meanwhile. */
  private static final int ANSWER_SECONDS = 5;

  /** A node may have a hundred disks, and memory for few threads. */
  private static final int AT_A_TIME = 16;

  private Poll() {}

  /** What a disk is asked. */
  @FunctionalInterface
  public interface Question {
    /** Asks it. */
    boolean ask(SysDisk disk) throws IOException;
  }

  /** Whether any says yes. One that fails, or has not answered after five seconds, does not. */
  static boolean anyOf(List<SysDisk> disks, Question question, Executor threads)
      throws InterruptedIOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    for (int first = 0; first < disks.size(); first += AT_A_TIME) {
      List<SysDisk> some = disks.subList(first, Math.min(first + AT_A_TIME, disks.size()));
      if (anyOf(some, question, threads, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyOf(
      List<SysDisk> disks, Question question, Executor threads, long endNanos)
      throws InterruptedIOException {
    List<CompletableFuture<Boolean>> answers =
        disks.stream()
            .map(disk -> CompletableFuture.supplyAsync(() -> answer(disk, question), threads))
            .toList();
    try {
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
          .get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException hangs) {
      LOG.warn("not all of {} have answered", disks.stream().map(SysDisk::name).toList());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while asking disks");
    } catch (ExecutionException broken) {
      throw new IllegalStateException(broken);
    }
    return answers.stream().anyMatch(answer -> answer.getNow(false));
  }

  private static boolean answer(SysDisk disk, Question question) {
    try {
      return question.ask(disk);
    } catch (IOException failed) {
      return false;
    }
  }
}
