package dev.spindle.linux;

import java.io.IOException;

/**
 * Keeps starting programs and closing descriptors apart. Until it executes its program a child is a
 * copy of this process, with a copy of every descriptor: close-on-exec closes them no earlier. A
 * disk that is let go of meanwhile stays held by the child, and EBUSY is what mkfs, mount(2) and
 * everybody else get who wants it exclusively; on a busy machine for a third of a second. Asking
 * whether it is free now would not do: who asks by O_EXCL leaves a descriptor to be copied, too.
 */
public final class ProgramStart {
  private ProgramStart() {}

  /** Starts a program; when this returns the child has none of our descriptors any more. */
  public static synchronized Process of(ProcessBuilder program) throws IOException {
    // It returns once the program is being executed, or has been found impossible to execute.
    return program.start();
  }

  /**
   * Returns once no child is being started. For after close(2), never around it: closing may hang
   * with its disk, and would hang every start.
   */
  public static synchronized void await() {
    // Entering is waiting.
  }
}
