package dev.spindle.linux.sysfs;

import dev.spindle.linux.SwapTable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** /proc/swaps under a given root. */
public final class ProcSwaps implements SwapTable {
  private final Path root;

  /** Of the running system with {@code /}. */
  public ProcSwaps(Path root) {
    this.root = root;
  }

  @Override
  public List<Path> read() throws IOException {
    List<String> lines;
    try {
      lines = Escapes.lines(root.resolve("proc/swaps"));
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return lines.stream()
        .skip(1)
        .filter(line -> !line.isBlank())
        .map(line -> Escapes.path(line.split("[ \t]", 2)[0]))
        .toList();
  }
}
