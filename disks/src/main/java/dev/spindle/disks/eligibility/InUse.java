package dev.spindle.disks.eligibility;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.eligibility.Reason.Code;

/** Says what a disk of ours is in use for. */
final class InUse {
  private InUse() {}

  static Reason reason(DiskRecord record) {
    Claim claim = record.claim();
    ScrubProgress scrub = record.scrub();
    if (scrub != null) {
      String trouble =
          scrub.lastError().isEmpty()
              ? ""
              : "; it stopped, and is tried again: " + scrub.lastError();
      return new Reason(
          Code.IN_USE,
          "it is being scrubbed, " + record.percentScrubbed() + "% of it is done" + trouble);
    }
    String name = claim == null ? "a volume" : "volume " + claim.csiName();
    String pvc =
        claim == null || claim.pvcName().isEmpty()
            ? ""
            : " of claim " + claim.pvcNamespace() + "/" + claim.pvcName();
    return new Reason(Code.IN_USE, "it holds " + name + pvc);
  }
}
