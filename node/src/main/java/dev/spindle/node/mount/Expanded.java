package dev.spindle.node.mount;

/** What expanding a volume ended with: it is as large as its disk, or why it is not. */
public sealed interface Expanded permits Expanded.Done, Refused {
  /** It has this many bytes, and its filesystem all of them. */
  record Done(long capacityBytes) implements Expanded {}
}
