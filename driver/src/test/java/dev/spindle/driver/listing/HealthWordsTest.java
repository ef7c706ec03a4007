package dev.spindle.driver.listing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.health.Ailment.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of words for what ails a disk, which people go by, against the code. */
final class HealthWordsTest {
  private static final Path OPERATIONS = Path.of("../docs/operations.md");

  @Test
  void everyWordStandsInTheTableWithItsSeverityACauseAndACure() throws IOException {
    List<String> rows =
        Files.readAllLines(OPERATIONS).stream()
            .filter(
                line -> line.matches("\\| `[A-Z]\\w+` \\| [a-z-]+ \\| [^|]{20,} \\| [^|]{20,} \\|"))
            .map(line -> line.split(" \\| ")[0] + " | " + line.split(" \\| ")[1])
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(Kind.values())
                .map(kind -> "| `" + kind.word() + "` | " + kind.severity().word())
                .toList());
  }
}
