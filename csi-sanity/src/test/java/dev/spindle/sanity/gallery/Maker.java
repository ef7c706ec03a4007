package dev.spindle.sanity.gallery;

import java.io.IOException;
import java.nio.file.Path;

/** Puts something on a blank disk. */
@FunctionalInterface
public interface Maker {
  /** Writes to the disk at a node, and leaves it closed. */
  void make(Path node) throws IOException;

  /** This, and then something more. */
  default Maker then(Maker next) {
    return node -> {
      make(node);
      next.make(node);
    };
  }
}
