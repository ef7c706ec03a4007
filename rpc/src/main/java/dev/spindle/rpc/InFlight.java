package dev.spindle.rpc;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What runs now, by volume. A second operation on a volume is refused and not queued (CSI spec,
 * Concurrency): callers repeat themselves, and their threads must not pile up behind a slow disk.
 * One instance serves the controller and the node service.
 */
public final class InFlight {
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  /** The key of a volume by its id. */
  public static String volume(String id) {
    return "volume " + id;
  }

  /** The key of a volume by the name it is created under, when it has no id yet. */
  public static String name(String name) {
    return "the volume named " + name;
  }

  /**
   * Does the work, unless an operation of the same key is running: then ABORTED.
   *
   * @param key from {@link #volume} or {@link #name}
   */
  public <T> T alone(String key, Callable<T> work) throws Exception {
    if (!running.add(key)) {
      throw Failure.aborted("an operation on " + Utf8.cut(key, 300) + " is already running");
    }
    try {
      return work.call();
    } finally {
      running.remove(key);
    }
  }
}
