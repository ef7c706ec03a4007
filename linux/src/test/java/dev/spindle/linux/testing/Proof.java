package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says how much was tried, where a test's worth is in how much it tries. Each count is a file below
 * the module's {@code target/proof}, which {@code scripts/show-proof} prints after the tests.
 */
public final class Proof {
  private static final Path DIRECTORY = Path.of("target", "proof");

  private Proof() {}

  /**
   * Whether to try all there is, though it takes hours: {@code -Ddeep=true}, {@code make
   * test-deep}.
   */
  public static boolean deep() {
    return Boolean.getBoolean("deep");
  }

  /**
   * Notes a count, and fails where it fell short.
   *
   * @param what in the plural, as "crash images of a claim"
   */
  public static void count(String what, long tried, long atLeast) throws IOException {
    String line = what + ": " + tried + " (at least " + atLeast + ")";
    Files.createDirectories(DIRECTORY);
    Files.writeString(DIRECTORY.resolve(what.replaceAll("[^A-Za-z0-9]+", "-")), line + "\n");
    System.out.println(line);
    assertThat(tried).as(what).isGreaterThanOrEqualTo(atLeast);
  }
}
