package dev.spindle.linux.exec;

import dev.spindle.linux.Checked;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.KernelTrials;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Makes and checks filesystems; with the mkfs programs that were there when it was made itself. */
public final class Mkfs implements Filesystems {
  /** With lazy initialisation even slow disks need seconds; a disk that hangs needs an end. */
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  private final Programs programs;
  private final KernelFilesystems kernel;
  private final Checkers checkers;
  private final KernelTrials trials = new KernelTrials();
  private final Map<FilesystemType, Path> makers = new EnumMap<>(FilesystemType.class);

  /**
   * Looks for the programs.
   *
   * @param root where proc/filesystems and lib/modules are: {@code /} but in tests
   */
  public Mkfs(Programs programs, Path root) {
    this.programs = programs;
    this.kernel = new KernelFilesystems(root);
    this.checkers = new Checkers(programs);
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
  public KernelTrials trials() {
    return trials;
  }

  @Override
  public void make(NewFilesystem wanted, Path device, boolean force) throws IOException {
    FilesystemType type = wanted.type();
    Path maker = makers.get(type);
    if (maker == null) {
      throw new ProgramException(maker(type), "not started", missing(type));
    }
    List<String> command = new ArrayList<>(arguments(type, wanted.uuid(), force));
    command.addAll(List.of("-L", wanted.label()));
    wanted.without().forEach(feature -> add(command, feature.without()));
    // Options of the class come last, so that theirs count.
    add(command, wanted.options());
    command.add(0, maker.toString());
    if (force) {
      command.add(type == FilesystemType.EXT4 ? "-F" : "-f");
    }
    command.add(device.toString());
    // An mkfs that outlived its driver could start writing when the next one is done already.
    programs.runTied(command, DEADLINE);
  }

  @Override
  public Checked check(FilesystemType type, Path device) throws IOException {
    return checkers.check(type, device);
  }

  @Override
  public Checked preen(Path device) throws IOException {
    return checkers.preen(device);
  }

  /**
   * Adds options with their values. Features and extended options of ext4 become one argument:
   * mke2fs promises nothing of a second one.
   */
  private static void add(List<String> command, List<String> options) {
    for (int i = 0; i < options.size(); i += 2) {
      String option = options.get(i);
      int before = option.equals("-E") || option.equals("-O") ? command.indexOf(option) : -1;
      if (before < 0) {
        command.addAll(options.subList(i, i + 2));
      } else {
        command.set(before + 1, command.get(before + 1) + "," + options.get(i + 1));
      }
    }
  }

  private static String maker(FilesystemType type) {
    return "mkfs." + type.fsName();
  }

  /**
   * What every filesystem is made with.
   *
   * @param again whether one may have been here before. An old journal of ext4 must not stay where
   *     the new one will be: its blocks have the same UUID in their checksums, and a replay after a
   *     power cut goes on into them where their sequence numbers happen to follow (JBD2)
   */
  private static List<String> arguments(FilesystemType type, UUID uuid, boolean again) {
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
              "lazy_itable_init=1,lazy_journal_init=" + (again ? 0 : 1) + ",nodiscard");
      case XFS -> List.of("-q", "-K", "-m", "uuid=" + uuid);
      case BTRFS -> List.of("-q", "-K", "-U", uuid.toString());
    };
  }
}
