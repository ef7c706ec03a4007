package dev.spindle.linux.sysfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The octal escapes (as {@code \040} for a blank) in tables below /proc (fs/seq_file.c). */
final class Escapes {
  private static final int DIGITS = 3;

  private Escapes() {}

  /** The lines of a table, one character a byte, so that escapes can be undone byte by byte. */
  static List<String> lines(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
  }

  /** Undoes the escapes of one field and reads the bytes as UTF-8. */
  static String undo(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); ) {
      if (isEscape(field, i)) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 1 + DIGITS), 8));
        i += 1 + DIGITS;
      } else {
        bytes.write(field.charAt(i));
        i++;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * A path of a table. In a plain C locale Java has no paths with other than ASCII characters; a
   * name with question marks in their place is better than no table at all.
   */
  static Path path(String field) {
    String text = undo(field);
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return Path.of(text.replaceAll("[^\\x01-\\x7e]", "?"));
    }
  }

  private static boolean isEscape(String field, int at) {
    if (field.charAt(at) != '\\' || at + DIGITS >= field.length()) {
      return false;
    }
    return field.substring(at + 1, at + 1 + DIGITS).chars().allMatch(c -> c >= '0' && c <= '7');
  }
}
