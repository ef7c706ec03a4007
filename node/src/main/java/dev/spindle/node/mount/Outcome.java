package dev.spindle.node.mount;

/** What came of staging, unstaging, publishing or unpublishing a volume. */
public sealed interface Outcome permits Outcome.Done, Refused {
  /** It is so now, or was already. */
  record Done() implements Outcome {}
}
