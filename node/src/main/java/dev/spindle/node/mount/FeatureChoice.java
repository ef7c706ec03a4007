package dev.spindle.node.mount;

import dev.spindle.linux.Feature;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.ProgramException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses which features mkfs leaves out, so that the running kernel mounts what it makes. A kernel
 * says that it refuses a filesystem and not why: so the features that are newest to kernels go
 * first, and each stays left out when the next one follows. Pure.
 *
 * @param out what is left out now
 * @param rest what could be left out too
 */
record FeatureChoice(List<Feature> out, List<Feature> rest) {
  /** The first choice: what did last time, or nothing. */
  static FeatureChoice first(FilesystemType type, List<Feature> out) {
    List<Feature> all = Feature.newestFirst(type);
    int tried = out.isEmpty() ? 0 : all.indexOf(out.get(out.size() - 1)) + 1;
    return new FeatureChoice(out, all.subList(tried, all.size()));
  }

  /** The next choice once the kernel has refused this one; empty if there is none. */
  Optional<FeatureChoice> afterKernelRefused() {
    return leavingOutOneMore(out);
  }

  /**
   * The next choice once mkfs has refused to leave out the last feature: one that is too old to
   * know a feature does not make it.
   */
  Optional<FeatureChoice> afterMkfsRefused() {
    return leavingOutOneMore(out.subList(0, Math.max(0, out.size() - 1)));
  }

  /**
   * Whether mkfs failed because it does not know the feature that was left out last: its error then
   * names it. One that dies of its disk or is killed does not.
   */
  boolean isUnknownTo(ProgramException mkfs) {
    return !out.isEmpty() && mkfs.says(out.get(out.size() - 1).name());
  }

  private Optional<FeatureChoice> leavingOutOneMore(List<Feature> kept) {
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    List<Feature> more = new ArrayList<>(kept);
    more.add(rest.get(0));
    return Optional.of(new FeatureChoice(List.copyOf(more), rest.subList(1, rest.size())));
  }
}
