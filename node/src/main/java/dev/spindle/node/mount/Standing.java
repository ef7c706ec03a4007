package dev.spindle.node.mount;

import dev.spindle.linux.Mount;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a path and a volume stand in the mount table.
 *
 * @param at the path, as the mount table spells it
 * @param top the topmost mount at the path
 * @param own all mounts of the volume, oldest first
 */
record Standing(Path at, @Nullable Mount top, List<Mount> own) {
  Standing {
    own = List.copyOf(own);
  }

  /** The volume's mount at the path, if nothing else lies on it. */
  @Nullable Mount ownTop() {
    return top != null && own.contains(top) ? top : null;
  }

  /** The volume's mounts at other paths. */
  List<Mount> elsewhere() {
    return own.stream().filter(mount -> !mount.target().equals(at)).toList();
  }
}
