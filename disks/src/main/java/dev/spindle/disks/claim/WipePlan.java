package dev.spindle.disks.claim;

import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.inventory.Examined;
import java.util.List;

/** What wiping a disk would do, and what a person must answer for it to be done. */
public sealed interface WipePlan {
  /** The disk, as it was when the plan was made. */
  Examined disk();

  /**
   * Everything on the disk goes, it joins the pool and is scrubbed.
   *
   * @param answer a fingerprint of the disk's identity and content: what is erased is what was
   *     shown
   * @param found what is on it
   */
  record Erase(Examined disk, String answer, List<Reason> found) implements WipePlan {
    /** Copies the list. */
    public Erase {
      found = List.copyOf(found);
    }
  }

  /** The volume on the disk is ended as DeleteVolume would; the answer is its CSI name. */
  record EndVolume(Examined disk, String answer) implements WipePlan {}

  /**
   * Table and record of a FREE disk are erased and it leaves the pool; the answer is its disk GUID.
   */
  record GiveBack(Examined disk, String answer) implements WipePlan {}

  /** Not with this disk, for these reasons. */
  record Refused(Examined disk, List<Reason> reasons) implements WipePlan {
    /** Copies the list. */
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }
}
