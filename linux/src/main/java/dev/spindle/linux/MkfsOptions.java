package dev.spindle.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Options that a StorageClass adds to mkfs, as a list of arguments. They are split at spaces; no
 * shell and no quotes are involved.
 *
 * <p>Only options that shape the filesystem are let through, each with its value in the next
 * argument or attached to it. What could break the driver is not among them: UUID and label, which
 * say whose filesystem it is; other devices and files; a smaller size than the disk's; a panic of
 * the node at an error; force; dry runs. So an option that a later mkfs adds is refused until
 * somebody has looked at it.
 */
public final class MkfsOptions {
  /** Options with a value, by filesystem (mke2fs(8), mkfs.xfs(8), mkfs.btrfs(8)). */
  private static final Map<FilesystemType, Set<String>> KNOWN =
      Map.of(
          FilesystemType.EXT4,
          Set.of("-b", "-C", "-E", "-e", "-g", "-G", "-i", "-I", "-J", "-m", "-N", "-O", "-T"),
          FilesystemType.XFS,
          Set.of("-b", "-d", "-i", "-l", "-m", "-n", "-s"),
          FilesystemType.BTRFS,
          Set.of("-d", "-m", "-n", "-s", "-O", "-R", "--csum", "--checksum"));

  /** Options whose value must not have these words: devices, files, sizes, a UUID, a panic. */
  private static final Map<FilesystemType, Map<String, Set<String>>> REFUSED =
      Map.of(
          FilesystemType.EXT4,
          Map.of(
              "-E", Set.of("offset", "discard", "test_fs"),
              "-e", Set.of("panic"),
              "-J", Set.of("device", "location"),
              "-O", Set.of("journal_dev")),
          FilesystemType.XFS,
          Map.of(
              "-d", Set.of("file", "name", "size", "rtinherit"),
              "-l", Set.of("file", "name", "logdev", "internal"),
              "-m", Set.of("uuid")),
          FilesystemType.BTRFS,
          Map.of());

  private MkfsOptions() {}

  /**
   * Reads the options of a filesystem.
   *
   * @param text empty for none
   * @throws IllegalArgumentException with a sentence that names what is refused
   */
  public static List<String> parse(FilesystemType type, String text) {
    List<String> words =
        Arrays.stream(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String option = option(type, words.get(i));
      String attached = words.get(i).substring(option.length());
      if (attached.isEmpty()) {
        i++;
        attached = i < words.size() ? words.get(i) : "";
      } else if (attached.startsWith("=")) {
        attached = attached.substring(1);
      }
      checkValue(type, option, attached);
      arguments.add(option);
      arguments.add(attached);
    }
    return List.copyOf(arguments);
  }

  /** The known option that a word is, or starts with. */
  private static String option(FilesystemType type, String word) {
    Set<String> known = KNOWN.getOrDefault(type, Set.of());
    return known.stream()
        .filter(option -> option.startsWith("--") ? isLong(word, option) : word.startsWith(option))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\""
                        + word
                        + "\" is not let through to mkfs."
                        + type.fsName()
                        + "; known are "
                        + known.stream().sorted().collect(Collectors.joining(", "))
                        + ", each with a value"));
  }

  private static boolean isLong(String word, String option) {
    return word.equals(option) || word.startsWith(option + "=");
  }

  private static void checkValue(FilesystemType type, String option, String value) {
    if (value.isEmpty() || value.startsWith("-")) {
      throw new IllegalArgumentException(
          option + " of mkfs." + type.fsName() + " has no value behind it");
    }
    if (value.contains("/")) {
      throw new IllegalArgumentException(
          "\"" + option + " " + value + "\" names a file; mkfs gets no other device or file");
    }
    Set<String> refused = REFUSED.getOrDefault(type, Map.of()).getOrDefault(option, Set.of());
    for (String part : value.split(",", -1)) {
      String word = part.split("=", 2)[0];
      if (refused.contains(word)) {
        throw new IllegalArgumentException(
            "\""
                + word
                + "\" in \""
                + option
                + " "
                + value
                + "\" would break what the driver relies on");
      }
    }
  }
}
