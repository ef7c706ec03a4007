package dev.spindle.sanity.watch;

import java.io.IOException;

/** Stands around each call of the driver to the kernel and its programs. */
public interface Watcher {
  /** Makes the call, or does something else before, after or instead of it. */
  <T> T around(Step step, Call<T> call) throws IOException;

  /** A call that returns something. */
  @FunctionalInterface
  interface Call<T> {
    /** Makes it. */
    T run() throws IOException;
  }

  /** A call that returns nothing. */
  @FunctionalInterface
  interface Act {
    /** Makes it. */
    void run() throws IOException;
  }

  /** The same for a call that returns nothing. */
  default void aroundAct(Step step, Act act) throws IOException {
    Object unused =
        around(
            step,
            () -> {
              act.run();
              return step;
            });
  }
}
