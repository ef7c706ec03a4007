package dev.spindle.disks.inventory;

import dev.spindle.disks.eligibility.Signs;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers signs of illness of one disk, by whoever looks at that disk anyway: what hangs here hangs
 * nobody else. What cannot be told is no sign.
 */
final class Symptoms {
  private static final Logger LOG = LoggerFactory.getLogger(Symptoms.class);

  /** A disk changes its opinion of itself slowly, and asking starts a program. */
  private static final long SMART_NANOS = Duration.ofMinutes(10).toNanos();

  private final Hardware hardware;
  private final Map<String, Opinion> opinions = new ConcurrentHashMap<>();

  /** What a disk said of itself, and when. */
  private record Opinion(long diskSequence, long at, boolean failing) {}

  Symptoms(Hardware hardware) {
    this.hardware = hardware;
  }

  /**
   * The signs of a disk.
   *
   * @param ask whether it may be asked for its opinion of itself: smartctl may open it for writing,
   *     and then udev reads its partition table again
   */
  Signs of(SysDisk disk, List<Mount> mounts, boolean ask) {
    try {
      Optional<Mount> mount = mounts.stream().filter(Symptoms::isFilesystem).findFirst();
      String device = mount.flatMap(Mount::sourceName).orElse("");
      return new Signs(
          hardware.errors().timeouts(disk.name()),
          ask && failing(disk),
          mount.isPresent() ? rootError(mount.get()) : "",
          device.isEmpty() ? 0 : hardware.errors().ext4Errors(device),
          device.isEmpty() ? Map.of() : hardware.errors().btrfsErrors(device));
    } catch (IOException unknown) {
      LOG.warn("the health of /dev/{} cannot be told: {}", disk.name(), unknown.getMessage());
      return Signs.NONE;
    }
  }

  /** A device node that is bound somewhere shows the filesystem that holds the node. */
  private static boolean isFilesystem(Mount mount) {
    return !mount.type().endsWith("tmpfs");
  }

  /**
   * A filesystem that has shut itself down refuses even to describe its root (fs/xfs/xfs_iops.c,
   * xfs_vn_getattr), which is in memory as long as it is mounted.
   */
  private static String rootError(Mount mount) throws IOException {
    try {
      Files.readAttributes(mount.target(), BasicFileAttributes.class);
      return "";
    } catch (NoSuchFileException unmounted) {
      return "";
    } catch (FileSystemException refused) {
      // Without a reason it is not the filesystem that refuses.
      return refused.getReason() == null ? "" : refused.getReason();
    }
  }

  private boolean failing(SysDisk disk) {
    if (disk.transport().isEmpty()) {
      return false;
    }
    Opinion known = opinions.get(disk.name());
    if (known == null
        || known.diskSequence() != disk.diskSequence()
        || System.nanoTime() - known.at() > SMART_NANOS) {
      known = new Opinion(disk.diskSequence(), System.nanoTime(), asked(disk));
      opinions.put(disk.name(), known);
    }
    return known.failing();
  }

  private boolean asked(SysDisk disk) {
    try {
      return hardware.smart().failing(disk.node());
    } catch (IOException noAnswer) {
      LOG.warn("what /dev/{} says of itself: {}", disk.name(), noAnswer.getMessage());
      return false;
    }
  }
}
