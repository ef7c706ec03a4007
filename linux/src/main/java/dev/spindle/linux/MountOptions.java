package dev.spindle.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mount options as mount(2) takes them.
 *
 * @param flags MS_ flags (include/uapi/linux/mount.h)
 * @param data the rest, comma-separated, for the filesystem and the security modules
 */
public record MountOptions(long flags, String data) {
  // include/uapi/linux/mount.h
  private static final long MS_RDONLY = 1;
  private static final long MS_NOSUID = 1 << 1;
  private static final long MS_NODEV = 1 << 2;
  private static final long MS_NOEXEC = 1 << 3;
  private static final long MS_SYNCHRONOUS = 1 << 4;
  private static final long MS_DIRSYNC = 1 << 7;
  private static final long MS_NOSYMFOLLOW = 1 << 8;
  private static final long MS_NOATIME = 1 << 10;
  private static final long MS_NODIRATIME = 1 << 11;
  private static final long MS_SILENT = 1 << 15;
  private static final long MS_RELATIME = 1 << 21;
  private static final long MS_I_VERSION = 1 << 23;
  private static final long MS_STRICTATIME = 1 << 24;
  private static final long MS_LAZYTIME = 1 << 25;

  /** What a word does to the flags: first clears, then sets. */
  private record Word(long clear, long set) {}

  private static final Map<String, Word> WORDS =
      Map.ofEntries(
          Map.entry("defaults", new Word(0, 0)),
          Map.entry("ro", new Word(0, MS_RDONLY)),
          Map.entry("rw", new Word(MS_RDONLY, 0)),
          Map.entry("nosuid", new Word(0, MS_NOSUID)),
          Map.entry("suid", new Word(MS_NOSUID, 0)),
          Map.entry("nodev", new Word(0, MS_NODEV)),
          Map.entry("dev", new Word(MS_NODEV, 0)),
          Map.entry("noexec", new Word(0, MS_NOEXEC)),
          Map.entry("exec", new Word(MS_NOEXEC, 0)),
          Map.entry("sync", new Word(0, MS_SYNCHRONOUS)),
          Map.entry("async", new Word(MS_SYNCHRONOUS, 0)),
          Map.entry("dirsync", new Word(0, MS_DIRSYNC)),
          Map.entry("nosymfollow", new Word(0, MS_NOSYMFOLLOW)),
          Map.entry("symfollow", new Word(MS_NOSYMFOLLOW, 0)),
          // The kernel lets strictatime win over the other two whatever the order
          // (fs/namespace.c, path_mount), so a later word has to clear it.
          Map.entry("noatime", new Word(MS_RELATIME | MS_STRICTATIME, MS_NOATIME)),
          Map.entry("atime", new Word(MS_NOATIME, 0)),
          Map.entry("relatime", new Word(MS_NOATIME | MS_STRICTATIME, MS_RELATIME)),
          Map.entry("norelatime", new Word(MS_RELATIME, 0)),
          Map.entry("strictatime", new Word(MS_NOATIME | MS_RELATIME, MS_STRICTATIME)),
          Map.entry("nostrictatime", new Word(MS_STRICTATIME, 0)),
          Map.entry("nodiratime", new Word(0, MS_NODIRATIME)),
          Map.entry("diratime", new Word(MS_NODIRATIME, 0)),
          Map.entry("lazytime", new Word(0, MS_LAZYTIME)),
          Map.entry("nolazytime", new Word(MS_LAZYTIME, 0)),
          Map.entry("iversion", new Word(0, MS_I_VERSION)),
          Map.entry("noiversion", new Word(MS_I_VERSION, 0)),
          Map.entry("silent", new Word(0, MS_SILENT)),
          Map.entry("loud", new Word(MS_SILENT, 0)));

  /** Words that would change what is mounted and not how, for mount(2) or for mount(8). */
  private static final Set<String> REFUSED =
      Set.of(
          "loop",
          "offset",
          "sizelimit",
          "encryption",
          "user",
          "users",
          "owner",
          "group",
          "helper",
          "uhelper",
          "bind",
          "rbind",
          "move",
          "remount",
          "shared",
          "rshared",
          "private",
          "rprivate",
          "slave",
          "rslave",
          "unbindable",
          "runbindable");

  /** What fstab tells mount(8) and tools around it, and mount(8) keeps from the kernel. */
  private static final Set<String> FOR_FSTAB =
      Set.of(
          "auto", "noauto", "nofail", "_netdev", "nouser", "nousers", "noowner", "nogroup",
          "comment");

  /** SELinux takes these out, quoted commas and all, before the rest is split at every comma. */
  private static final Set<String> MAY_BE_QUOTED =
      Set.of("context", "fscontext", "defcontext", "rootcontext");

  /** The flags that belong to the mount and not to its filesystem, as mountinfo spells them. */
  private static final Map<String, Long> PER_MOUNT =
      Map.of(
          "ro", MS_RDONLY,
          "nosuid", MS_NOSUID,
          "nodev", MS_NODEV,
          "noexec", MS_NOEXEC,
          "noatime", MS_NOATIME,
          "nodiratime", MS_NODIRATIME,
          "nosymfollow", MS_NOSYMFOLLOW);

  /**
   * Reads options as mount(8) and StorageClasses write them. An entry may hold several, separated
   * by commas. In SELinux contexts commas within double quotes separate nothing, and the quotes are
   * kept, since SELinux reads them; the kernel splits any other option at each comma, quoted or not
   * (fs/fs_context.c, vfs_parse_monolithic_sep). Of words that contradict one another the last
   * wins. What only fstab has a use for is left out.
   *
   * @throws IllegalArgumentException for a word that would change what is mounted and not how (as
   *     {@code bind}), for an open quote, and for a quote in what is no SELinux context; it says
   *     the word and never a value
   */
  public static MountOptions parse(List<String> options) {
    long flags = 0;
    List<String> data = new ArrayList<>();
    for (String entry : options) {
      for (String option : split(entry)) {
        String name = name(option);
        if (option.contains("\"") && !MAY_BE_QUOTED.contains(name)) {
          throw new IllegalArgumentException(
              "quote in mount option "
                  + unquotedName(option)
                  + ", which the kernel would split at a comma inside; only SELinux contexts may"
                  + " be quoted");
        }
        if (REFUSED.contains(name) || name.startsWith("X-")) {
          throw new IllegalArgumentException("mount option not allowed: " + name);
        }
        Word word = WORDS.get(option);
        if (word == null) {
          if (!FOR_FSTAB.contains(name) && !name.startsWith("x-")) {
            data.add(option);
          }
        } else {
          flags = (flags & ~word.clear()) | word.set();
        }
      }
    }
    return new MountOptions(flags, String.join(",", data));
  }

  /** Whether a mount with them is read-only. */
  public boolean readOnly() {
    return (flags & MS_RDONLY) != 0;
  }

  /**
   * Whether an existing mount has those of these flags that belong to the mount itself (ro, nosuid,
   * nodev, noexec, noatime, nodiratime, nosymfollow), and no others of that kind.
   */
  public boolean agreesWith(Mount mount) {
    return PER_MOUNT.entrySet().stream()
        .allMatch(
            flag -> mount.options().contains(flag.getKey()) == ((flags & flag.getValue()) != 0));
  }

  /** The flags of a mount's own, but for ro, that an existing mount lacks; in order. */
  public List<String> lackedBy(Mount mount) {
    return PER_MOUNT.entrySet().stream()
        .filter(flag -> flag.getValue() != MS_RDONLY && (flags & flag.getValue()) != 0)
        .map(Map.Entry::getKey)
        .filter(word -> !mount.options().contains(word))
        .sorted()
        .toList();
  }

  /** The options that are no flags, each as it was written. */
  List<String> dataOptions() {
    return split(data);
  }

  /** An option without its value, which may be sensitive (CSI spec, MountVolume.mount_flags). */
  static String name(String option) {
    int value = option.indexOf('=');
    return value < 0 ? option : option.substring(0, value);
  }

  private static String unquotedName(String option) {
    return name(option).replaceFirst("(?s)\".*", "");
  }

  private static List<String> split(String entry) {
    List<String> options = new ArrayList<>();
    StringBuilder option = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < entry.length(); i++) {
      char c = entry.charAt(i);
      if (c == 0) {
        throw new IllegalArgumentException("a mount option holds a zero byte");
      }
      quoted ^= c == '"';
      if (c == ',' && !quoted) {
        options.add(option.toString().strip());
        option.setLength(0);
      } else {
        option.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException(
          "open quote in mount option " + unquotedName(option.toString()));
    }
    options.add(option.toString().strip());
    options.removeIf(String::isEmpty);
    return options;
  }
}
