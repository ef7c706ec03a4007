package dev.spindle.disks;

import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** Globs, as options and StorageClasses list them. */
public final class Globs {
  private Globs() {}

  /** The globs of a list: separated by commas, those within braces and brackets apart. */
  public static List<String> split(String list) {
    List<String> globs = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      } else if (c == ',' && depth == 0) {
        globs.add(list.substring(start, i).strip());
        start = i + 1;
      }
    }
    globs.add(list.substring(start).strip());
    globs.removeIf(String::isEmpty);
    return globs;
  }

  /**
   * What matches a glob.
   *
   * @throws IllegalArgumentException with a sentence, if it is none
   */
  public static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException noGlob) {
      throw new IllegalArgumentException(
          noGlob.getDescription() + " in the pattern " + glob, noGlob);
    }
  }
}
