package dev.spindle.driver.listing;

import java.util.ArrayList;
import java.util.List;

/** Text in columns. The last column may have many lines; the others are as wide as they must be. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<List<String>> lines = new ArrayList<>();

  Table(String... header) {
    this.header = List.of(header);
    lines.add(this.header);
  }

  /** Adds a row; each line of the last cell but the first stands alone below it. */
  void row(List<String> cells, List<String> lastCell) {
    List<String> last = lastCell.isEmpty() ? List.of("") : lastCell;
    for (int i = 0; i < last.size(); i++) {
      List<String> line = new ArrayList<>();
      for (String cell : cells) {
        line.add(i == 0 ? printable(cell) : "");
      }
      line.add(printable(last.get(i)));
      lines.add(line);
    }
  }

  /** Names on disks are data: they must not move the cursor of who looks at them. */
  private static String printable(String cell) {
    return cell.replaceAll("\\p{Cntrl}", "?");
  }

  /** All lines, each with its line end. */
  String print() {
    int[] widths = new int[header.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = line.get(i);
        padded.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
