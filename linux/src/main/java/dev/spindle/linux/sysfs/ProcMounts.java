package dev.spindle.linux.sysfs;

import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** /proc/self/mountinfo under a given root. */
public final class ProcMounts implements MountTable {
  // Documentation/filesystems/proc.rst, 3.5: six fields, any number of optional ones, a hyphen,
  // three more.
  private static final int DEVICE = 2;
  private static final int ROOT = 3;
  private static final int TARGET = 4;
  private static final int OPTIONS = 5;
  private static final int OPTIONAL = 6;

  private final Path root;

  /** Of the running system with {@code /}. */
  public ProcMounts(Path root) {
    this.root = root;
  }

  @Override
  public List<Mount> read() throws IOException {
    return read(root.resolve("proc/self/mountinfo"));
  }

  /** The mounts in a table of this form, as any process has one. */
  public static List<Mount> read(Path table) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : Escapes.lines(table)) {
      mounts.add(parse(table, line));
    }
    return mounts;
  }

  private static Mount parse(Path table, String line) throws IOException {
    List<String> fields = List.of(line.split(" ", -1));
    int hyphen = OPTIONAL;
    while (hyphen < fields.size() && !fields.get(hyphen).equals("-")) {
      hyphen++;
    }
    if (hyphen + 3 >= fields.size()) {
      throw new IOException("not a line of " + table + ": " + line);
    }
    try {
      return new Mount(
          DeviceNumber.parse(fields.get(DEVICE)),
          Escapes.undo(fields.get(ROOT)),
          Escapes.path(fields.get(TARGET)),
          List.of(Escapes.undo(fields.get(OPTIONS)).split(",")),
          Escapes.undo(fields.get(hyphen + 1)),
          Escapes.undo(fields.get(hyphen + 2)),
          List.of(Escapes.undo(fields.get(hyphen + 3)).split(",")));
    } catch (IllegalArgumentException e) {
      throw new IOException("not a line of " + table + ": " + line, e);
    }
  }
}
