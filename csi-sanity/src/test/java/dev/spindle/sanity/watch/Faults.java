package dev.spindle.sanity.watch;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes one call fail, or has somebody else do something right before it. Only what an RPC or a
 * scrub does is counted, not the looks in the background.
 */
public final class Faults implements Watcher {
  private final List<Step> steps = new ArrayList<>();
  private Predicate<Step> wanted = step -> false;
  private Act act = () -> {};
  private int at;
  private boolean happened;

  /** Makes the call of a number, from 1, fail. */
  public synchronized void fail(int number, Errno errno) {
    steps.clear();
    at = number;
    happened = false;
    wanted = step -> steps.size() == at;
    act =
        () -> {
          Step last = steps.get(steps.size() - 1);
          throw new KernelException(last.name(), last.path(), errno);
        };
  }

  /** Has something done right before the first such call. */
  public synchronized void before(Predicate<Step> such, Act something) {
    steps.clear();
    happened = false;
    wanted = such;
    act = something;
  }

  /** Lets everything pass from now on, and counts it anew. */
  public synchronized void pass() {
    steps.clear();
    happened = false;
    wanted = step -> false;
  }

  /** Whether it has come to that. */
  public synchronized boolean happened() {
    return happened;
  }

  /** The calls since then. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  @Override
  public <T> T around(Step step, Call<T> call) throws IOException {
    String thread = Thread.currentThread().getName();
    if (thread.startsWith("call") || thread.startsWith("scrub")) {
      disturb(step);
    }
    return call.run();
  }

  private synchronized void disturb(Step step) throws IOException {
    steps.add(step);
    if (!happened && wanted.test(step)) {
      happened = true;
      act.run();
    }
  }
}
