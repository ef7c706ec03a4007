package dev.spindle.node.mount;

/** How a volume came to be as large as it is asked to be. */
public sealed interface Expanded permits Expanded.Done, Refused {
  /** It has this many bytes, and its filesystem all of them. */
  record Done(long capacityBytes) implements Expanded {}
}
