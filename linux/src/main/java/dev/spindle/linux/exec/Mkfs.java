package dev.spindle.linux.exec;

import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Makes filesystems with the mkfs programs that were there when it was made itself. */
public final class Mkfs implements Filesystems {
  /** With lazy initialisation even slow disks need seconds; a disk that hangs needs an end. */
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  private final Programs programs;
  private final KernelFilesystems kernel;
  private final Map<FilesystemType, Path> makers = new EnumMap<>(FilesystemType.class);

  /**
   * Looks for the programs.
   *
   * @param root where proc/filesystems and lib/modules are: {@code /} but in tests
   */
  public Mkfs(Programs programs, Path root) {
    this.programs = programs;
    this.kernel = new KernelFilesystems(root);
    for (FilesystemType type : FilesystemType.values()) {
      programs.find(maker(type)).ifPresent(path -> makers.put(type, path));
    }
  }

  @Override
  public Set<FilesystemType> available() {
    Set<FilesystemType> available = EnumSet.noneOf(FilesystemType.class);
    for (FilesystemType type : FilesystemType.values()) {
      if (missing(type).isEmpty()) {
        available.add(type);
      }
    }
    return available;
  }

  @Override
  public String missing(FilesystemType type) {
    if (!makers.containsKey(type)) {
      return maker(type) + " was not found in " + programs.searched();
    }
    String untied = programs.missingToTie();
    return untied.isEmpty() ? kernel.missing(type.fsName()) : untied;
  }

  @Override
  public void make(FilesystemType type, Path device, UUID uuid, List<String> options, boolean force)
      throws IOException {
    Path maker = makers.get(type);
    if (maker == null) {
      throw new ProgramException(maker(type), "not started", missing(type));
    }
    List<String> command = new ArrayList<>();
    command.add(maker.toString());
    command.addAll(withOptions(arguments(type, uuid), options));
    if (force) {
      command.add(type == FilesystemType.EXT4 ? "-F" : "-f");
    }
    command.add(device.toString());
    // An mkfs that outlived its driver could start writing when the next one is done already.
    programs.runTied(command, DEADLINE);
  }

  /** The program that checks a filesystem without mounting it. */
  public Optional<Path> checker(FilesystemType type) {
    return switch (type) {
      case EXT4 -> programs.find("fsck.ext4").or(() -> programs.find("e2fsck"));
      case XFS -> programs.find("xfs_repair");
      case BTRFS -> programs.find("btrfs");
    };
  }

  /**
   * Options of the class come after our own, so that theirs count, but extended options of ext4
   * become one argument: mke2fs promises nothing of a second one.
   */
  private static List<String> withOptions(List<String> own, List<String> options) {
    List<String> all = new ArrayList<>(own);
    for (int i = 0; i < options.size(); i += 2) {
      int extended = options.get(i).equals("-E") ? all.indexOf("-E") : -1;
      if (extended < 0) {
        all.addAll(options.subList(i, i + 2));
      } else {
        all.set(extended + 1, all.get(extended + 1) + "," + options.get(i + 1));
      }
    }
    return all;
  }

  private static String maker(FilesystemType type) {
    return "mkfs." + type.fsName();
  }

  private static List<String> arguments(FilesystemType type, UUID uuid) {
    return switch (type) {
      // Without -b a small partition gets blocks of 1 KiB. Nothing is discarded: partition 2 was
      // blank, or scrubbed, before it was claimed.
      case EXT4 ->
          List.of(
              "-q",
              "-b",
              "4096",
              "-m",
              "0",
              "-U",
              uuid.toString(),
              "-E",
              "lazy_itable_init=1,lazy_journal_init=1,nodiscard");
      case XFS -> List.of("-q", "-K", "-m", "uuid=" + uuid);
      case BTRFS -> List.of("-q", "-K", "-U", uuid.toString());
    };
  }
}
