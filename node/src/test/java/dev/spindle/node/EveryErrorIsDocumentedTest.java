package dev.spindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares the table of answers in docs/operations.md with the sentences in the code. A sentence is
 * what the literals of one statement say, with {@code …} for what stands between them; a row of the
 * table quotes enough of it to be found by.
 */
final class EveryErrorIsDocumentedTest {
  private static final Path DOCUMENT = Path.of("../docs/operations.md");
  private static final String HEADING = "## What the node side answers";

  /** Their literals are parts of sentences that others begin, or no sentences at all. */
  private static final Set<String> PARTS =
      Set.of("Holders.java", "ProcessLook.java", "VolumeMounts.java", "Standing.java");

  /** Of a sentence about an error; a log line is none. */
  private static final Pattern ERROR =
      Pattern.compile("Refuse|Failure\\.|Exception\\(|wrong =|why =|return ");

  private static final Pattern WORD = Pattern.compile("[a-z]{2,}");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern FACTORY = Pattern.compile("Refused\\.(\\w+)\\(");

  private static final Map<String, String> CODES =
      Map.of(
          "badRequest", "INVALID_ARGUMENT",
          "unknown", "NOT_FOUND",
          "conflict", "ALREADY_EXISTS",
          "unfit", "FAILED_PRECONDITION",
          "outOfRange", "OUT_OF_RANGE",
          "notNow", "UNAVAILABLE",
          "failed", "INTERNAL",
          "halfDone", "ABORTED");

  /** One row: the code, and the quoted parts of sentences. */
  private record Row(String code, List<String> phrases) {
    boolean quotes(String sentence) {
      return phrases.stream().anyMatch(phrase -> isIn(phrase, sentence));
    }
  }

  /** One statement of the code: what it says, and the rest of it. */
  private record Statement(String file, String sentence, String code) {
    boolean tellsAnError() {
      return WORD.matcher(sentence).results().count() >= 4
          && ERROR.matcher(code).find()
          && !code.contains("LOG.")
          && !PARTS.contains(file);
    }

    /** The code of the answer, where the statement alone decides it. */
    List<String> answers() {
      return FACTORY
          .matcher(code)
          .results()
          .map(found -> CODES.get(found.group(1)))
          .filter(known -> known != null)
          .distinct()
          .toList();
    }
  }

  @Test
  void everySentenceOfTheNodeSideHasARowWithItsCode() throws IOException {
    List<Row> rows = rows();
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Statement statement : statements(Path.of("src/main/java"))) {
      if (statement.tellsAnError()) {
        found++;
        List<String> answers = statement.answers();
        boolean documented =
            rows.stream()
                .filter(row -> row.quotes(statement.sentence()))
                .anyMatch(row -> answers.size() != 1 || row.code().equals(answers.get(0)));
        if (!documented) {
          missing.add(statement.file() + " " + answers + ": " + statement.sentence());
        }
      }
    }
    assertThat(missing).as("sentences without a row, or with another code").isEmpty();
    assertThat(found).isGreaterThan(40);
  }

  @Test
  void everyRowQuotesASentenceThatIsInTheCode() throws IOException {
    List<String> sentences = new ArrayList<>();
    for (String module : List.of("node", "rpc", "disks", "linux")) {
      statements(Path.of("..", module, "src/main/java"))
          .forEach(statement -> sentences.add(statement.sentence()));
    }
    assertThat(rows().stream().flatMap(row -> row.phrases().stream()))
        .filteredOn(phrase -> sentences.stream().noneMatch(sentence -> isIn(phrase, sentence)))
        .as("quoted in the table, and said nowhere")
        .isEmpty();
  }

  private static List<Row> rows() throws IOException {
    String document = Files.readString(DOCUMENT);
    return document
        .substring(document.indexOf(HEADING))
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| answer "))
        .map(line -> line.split("\\|"))
        .map(cells -> new Row(cells[1].strip(), quoted(cells[2])))
        .toList();
  }

  private static List<String> quoted(String cell) {
    return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  /** Whether the parts of a phrase stand in a sentence, in order. */
  private static boolean isIn(String phrase, String sentence) {
    String pattern =
        Stream.of(phrase.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(pattern).matcher(sentence).find();
  }

  private static List<Statement> statements(Path sources) throws IOException {
    List<Statement> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(any -> any.toString().endsWith(".java")).toList()) {
        new Statements(String.valueOf(file.getFileName()), Files.readString(file)).addTo(all);
      }
    }
    return all;
  }

  /** Takes a source file apart. */
  private static final class Statements {
    private static final Pattern TOKEN =
        Pattern.compile(
            "/\\*.*?\\*/|//[^\n]*|'(?:\\\\.|[^'])'|\"((?:\\\\.|[^\"\\\\])*)\"|[;{}]",
            Pattern.DOTALL);

    private final String file;
    private final String source;
    private final StringBuilder sentence = new StringBuilder();
    private final StringBuilder code = new StringBuilder();

    Statements(String file, String source) {
      this.file = file;
      this.source = source;
    }

    void addTo(List<Statement> all) {
      Matcher token = TOKEN.matcher(source);
      int end = 0;
      int literals = 0;
      for (; token.find(); end = token.end()) {
        String between = source.substring(end, token.start());
        code.append(between);
        if (token.group(1) != null) {
          boolean joined = literals++ > 0 && between.strip().equals("+");
          sentence.append(joined ? "" : "…").append(token.group(1).replace("%s", "…"));
        } else if (token.group().length() == 1) {
          all.add(new Statement(file, sentence + "…", code.toString()));
          sentence.setLength(0);
          code.setLength(0);
          literals = 0;
        }
      }
    }
  }
}
