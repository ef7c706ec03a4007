package dev.spindle.linux.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Asks a disk for its own opinion of its health, where smartctl is there to ask. */
public final class Smart {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  /** smartctl(8), RETURN VALUES: "SMART status check returned DISK FAILING". */
  private static final int FAILING = 1 << 3;

  private final Programs programs;

  /** Over the programs of this node. */
  public Smart(Programs programs) {
    this.programs = programs;
  }

  /**
   * Whether a disk says that it is failing: SMART's overall verdict, or a critical warning of NVMe.
   * False where it cannot be told. A disk that sleeps is left asleep.
   */
  public boolean failing(Path node) throws IOException {
    String smartctl = programs.find("smartctl").map(Path::toString).orElse("");
    return !smartctl.isEmpty()
        && (programs.status(
                    List.of(smartctl, "--health", "--nocheck=standby", node.toString()), DEADLINE)
                & FAILING)
            != 0;
  }
}
