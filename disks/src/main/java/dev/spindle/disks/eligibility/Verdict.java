package dev.spindle.disks.eligibility;

import dev.spindle.disks.DiskRecord;
import java.util.List;

/**
 * What may be done with a disk. Only {@link Eligibility} makes an {@link Eligible}, and only that
 * can be claimed.
 */
public sealed interface Verdict
    permits Eligible, Verdict.Ours, Verdict.Ineligible, Verdict.Frozen, Verdict.Unreadable {
  /** It holds a volume of ours, or the remains of one that are being scrubbed. */
  record Ours(DiskRecord record) implements Verdict {}

  /** It is not ours to take, for all these reasons. */
  record Ineligible(List<Reason> reasons) implements Verdict {
    /** Copies the list. */
    public Ineligible {
      reasons = List.copyOf(reasons);
    }
  }

  /** It is ours, and something is wrong with it: nobody writes to it until a person has looked. */
  record Frozen(List<Reason> reasons) implements Verdict {
    /** Copies the list. */
    public Frozen {
      reasons = List.copyOf(reasons);
    }
  }

  /** It could not be read, so nothing is known: neither free nor absent. */
  record Unreadable(Reason reason) implements Verdict {}

  /** Whether it cannot be told what the disk holds: a volume may be on it. */
  default boolean mayHideVolume() {
    return this instanceof Frozen || this instanceof Unreadable;
  }

  /** Everything that speaks against taking the disk; empty for an eligible one and no other. */
  default List<Reason> reasons() {
    if (this instanceof Ours ours) {
      return List.of(InUse.reason(ours.record()));
    }
    if (this instanceof Ineligible ineligible) {
      return ineligible.reasons();
    }
    if (this instanceof Frozen frozen) {
      return frozen.reasons();
    }
    if (this instanceof Unreadable unreadable) {
      return List.of(unreadable.reason());
    }
    return List.of();
  }
}
