package dev.spindle.driver.listing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.eligibility.Reason.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of words for why a disk is not used, which people go by, against the code. */
final class ReasonWordsTest {
  private static final Path OPERATIONS = Path.of("../docs/operations.md");

  @Test
  void everyWordStandsInTheTableWithACauseAndACure() throws IOException {
    List<String> words =
        Files.readAllLines(OPERATIONS).stream()
            .filter(line -> line.matches("\\| `[a-z-]+` \\| [^|]{10,} \\| [^|]{10,} \\|"))
            .map(line -> line.split("`")[1])
            .toList();
    assertThat(words)
        .containsExactlyElementsOf(Arrays.stream(Code.values()).map(Code::word).toList());
  }
}
