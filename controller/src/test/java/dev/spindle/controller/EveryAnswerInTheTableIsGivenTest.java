package dev.spindle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares what docs/operations.md quotes of the controller side's answers with the literals in the
 * code.
 */
final class EveryAnswerInTheTableIsGivenTest {
  private static final Path DOCUMENT = Path.of("../docs/operations.md");
  private static final String HEADING = "## What the controller side answers";
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /** Between two literals that the formatter has put on lines of their own. */
  private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

  @Test
  void whatTheTableQuotesIsInTheCode() throws IOException {
    String code = code();
    List<String> phrases = phrases();
    assertThat(phrases).hasSizeGreaterThan(20);
    assertThat(phrases).allSatisfy(phrase -> assertThat(code).contains(phrase));
  }

  /** The parts of all quotes in the second column, without what stands for a name or a cause. */
  private static List<String> phrases() throws IOException {
    String document = Files.readString(DOCUMENT);
    int start = document.indexOf(HEADING);
    return document
        .substring(start, document.indexOf("\n## ", start + 1))
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| answer "))
        .flatMap(line -> QUOTED.matcher(line.split("\\|")[2]).results())
        .flatMap(quote -> Arrays.stream(quote.group(1).split("…")))
        .filter(phrase -> phrase.length() > 3)
        .toList();
  }

  private static String code() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : List.of("controller", "disks", "rpc")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
          all.append(Files.readString(file));
        }
      }
    }
    return JOINT.matcher(all).replaceAll("");
  }
}
