package dev.spindle.disks.claim;

/** How giving a volume what its disk has gained ended. */
public sealed interface Grown {
  /** It has this many bytes now; as many as before where they are enough. */
  record Done(long capacityBytes) implements Grown {}

  /** Its disk does not allow a size in the range that was asked for: what it has, in words. */
  record OutOfRange(String why) implements Grown {}

  /** Data of nobody known are on what its disk has gained: where. Nothing was written. */
  record Refused(String why) implements Grown {}
}
