package dev.spindle.disks.claim;

/** How giving a volume back ended. */
public sealed interface Released {
  /** Its disk is marked for scrubbing, or was scrubbed already; the volume is no more. */
  record Gone() implements Released {}

  /** There is no such volume on this node, and every disk that could hold it was read. */
  record Unknown() implements Released {}

  /** It is staged, published or open: by whom, as far as can be seen. */
  record InUse(String by) implements Released {}

  /** Its id names another node. */
  record Elsewhere(String topologyValue) implements Released {}

  /** Whether the volume exists cannot be told now, or its disk is frozen: which disk, and why. */
  record Uncertain(String why) implements Released {}
}
