package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is in use as swap. */
@FunctionalInterface
public interface SwapTable {
  /** The device nodes and files in use as swap; none on a kernel that knows no swap. */
  List<Path> read() throws IOException;
}
