package dev.spindle.driver.cli;

/** What was asked cannot be meant: exit status 2. */
final class BadUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence for the person who typed it. */
  BadUsage(String sentence) {
    super(sentence);
  }
}
