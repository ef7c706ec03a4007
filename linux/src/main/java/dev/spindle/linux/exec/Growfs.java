package dev.spindle.linux.exec;

import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Growers;
import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Grows filesystems with the programs that were there when it was made itself. */
public final class Growfs implements Growers {
  /** The kernel does the work, and writes little of it; a disk that hangs needs an end. */
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  private final Programs programs;
  private final Map<FilesystemType, Path> growers = new EnumMap<>(FilesystemType.class);

  /** Looks for the programs. */
  public Growfs(Programs programs) {
    this.programs = programs;
    for (FilesystemType type : FilesystemType.values()) {
      programs.find(grower(type)).ifPresent(path -> growers.put(type, path));
    }
  }

  @Override
  public String missing(FilesystemType type) {
    return growers.containsKey(type)
        ? programs.missingToTie()
        : grower(type) + " was not found in " + programs.searched();
  }

  @Override
  public void grow(FilesystemType type, Path device, Path mounted) throws IOException {
    Path grower = growers.get(type);
    if (grower == null) {
      throw new ProgramException(grower(type), "not started", missing(type));
    }
    // One that outlived its driver could open its device when that holds another volume already,
    // and resize2fs takes one that is not mounted too.
    programs.runTied(command(type, grower.toString(), device, mounted), DEADLINE);
  }

  private static List<String> command(
      FilesystemType type, String grower, Path device, Path mounted) {
    return switch (type) {
      // resize2fs(8) takes the device and finds where it is mounted; the others take the mount.
      case EXT4 -> List.of(grower, device.toString());
      case XFS -> List.of(grower, "-d", mounted.toString());
      case BTRFS -> List.of(grower, "filesystem", "resize", "max", mounted.toString());
    };
  }

  private static String grower(FilesystemType type) {
    return switch (type) {
      case EXT4 -> "resize2fs";
      case XFS -> "xfs_growfs";
      case BTRFS -> "btrfs";
    };
  }
}
