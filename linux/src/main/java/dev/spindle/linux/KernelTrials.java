package dev.spindle.linux;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process has seen its kernel mount and refuse of what mkfs makes, by filesystem and the
 * StorageClass's options for mkfs. In memory only: a restart, after which kernel or programs may be
 * others, learns anew. Safe for many threads.
 */
public final class KernelTrials {
  private final Map<Asked, List<Feature>> mounted = new ConcurrentHashMap<>();
  private final Map<Asked, String> refused = new ConcurrentHashMap<>();

  private record Asked(FilesystemType type, String options) {}

  /** What was left out when one was last mounted; empty for nothing, or if none was made yet. */
  public List<Feature> leftOut(FilesystemType type, String options) {
    return mounted.getOrDefault(new Asked(type, options), List.of());
  }

  /** Why none can be made that the kernel mounts; empty unless that was tried. */
  public String refusal(FilesystemType type, String options) {
    return refused.getOrDefault(new Asked(type, options), "");
  }

  /** One was mounted. Whether this is news: something had to be left out. */
  public boolean mounted(FilesystemType type, String options, List<Feature> without) {
    return !without.equals(mounted.put(new Asked(type, options), without)) && !without.isEmpty();
  }

  /** None was mounted, whatever was left out. */
  public void refused(FilesystemType type, String options, String why) {
    refused.put(new Asked(type, options), why);
  }
}
