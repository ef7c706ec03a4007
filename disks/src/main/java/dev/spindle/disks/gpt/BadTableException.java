package dev.spindle.disks.gpt;

import java.io.Serial;

/** Why bytes that claim to be a partition table are none. */
final class BadTableException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final String why;

  private BadTableException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }

  static void unless(boolean good, String what) throws BadTableException {
    if (!good) {
      throw new BadTableException("bad " + what);
    }
  }
}
