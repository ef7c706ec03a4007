package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie in the tree that is tested. */
final class Checkout {
  private static final Path ROOT = root();

  private Checkout() {}

  /** This module, found from wherever below the root the tests are started. */
  static Path module() {
    return ROOT.resolve("csi-sanity");
  }

  static Path deploy() {
    return ROOT.resolve("deploy");
  }

  /** The driver as it is shipped. */
  static Path spindle() {
    Path program = ROOT.resolve("driver/target/dist/bin/spindle");
    assertThat(program)
        .as("the distribution: run `mvn package` first, or `mvn verify`, which includes it")
        .isExecutable();
    return program;
  }

  private static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("csi-sanity/VERSION"))) {
        return at;
      }
    }
    throw new IllegalStateException("not inside the project: " + start);
  }
}
