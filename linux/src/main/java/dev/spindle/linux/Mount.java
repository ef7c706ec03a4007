package dev.spindle.linux;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One line of /proc/self/mountinfo (Documentation/filesystems/proc.rst, 3.5), with its octal
 * escapes undone.
 *
 * @param device the filesystem's device number; of btrfs and devtmpfs an anonymous one that names
 *     no disk
 * @param root what of the filesystem is mounted: {@code /} but for bind mounts
 * @param target where it is mounted
 * @param options the mount's own options, as {@code rw}, {@code noatime}
 * @param type filesystem type
 * @param source what was given as source, as {@code /dev/sdb2}
 * @param superOptions the filesystem's options
 */
public record Mount(
    DeviceNumber device,
    String root,
    Path target,
    List<String> options,
    String type,
    String source,
    List<String> superOptions) {
  private static final String DEV = "/dev/";

  /** What the kernel appends to the root of a bind whose source was removed (fs/d_path.c). */
  private static final String REMOVED = "//deleted";

  /** Whether this mount refuses writes. */
  public boolean readOnly() {
    return options.contains("ro");
  }

  /** The kernel name in a source that is a device, as "sdb2" of "/dev/sdb2". */
  public Optional<String> sourceName() {
    return source.startsWith(DEV) && source.indexOf('/', DEV.length()) < 0
        ? Optional.of(source.substring(DEV.length()))
        : Optional.empty();
  }

  /**
   * The last name of what is mounted, removed or not: of a device node that is bound elsewhere, the
   * device's name; empty if the whole filesystem is mounted.
   */
  public Optional<String> rootName() {
    String path =
        root.endsWith(REMOVED) ? root.substring(0, root.length() - REMOVED.length()) : root;
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  /** What is mounted, for messages: its source and type, and what of it, if not all. */
  public String words() {
    String part =
        root.endsWith(REMOVED)
            ? root.substring(0, root.length() - REMOVED.length()) + ", removed since, of "
            : root.equals("/") ? "" : root + " of ";
    return part + source + " (" + type + ")";
  }

  /**
   * Whether this is a mount of a device's filesystem, or its device node bound elsewhere, as Block
   * volumes are published. A filesystem's device number says so; where that is an anonymous one, as
   * of btrfs (fs/btrfs/super.c, get_anon_bdev), its source does; and of a node the device that it
   * stands for. Only a target that may be such a node is looked at: others may lie on a server that
   * hangs.
   *
   * @param name the device's kernel name
   * @throws IOException if a target that may be its node cannot be looked at
   */
  public boolean shows(String name, DeviceNumber number) throws IOException {
    if (device.equals(number) || (device.major() == 0 && source.equals(DEV + name))) {
      return true;
    }
    // A name may have slashes (cciss/c0d0p2), of which the root shows the last part.
    if (rootName().filter(name.substring(name.lastIndexOf('/') + 1)::equals).isEmpty()) {
      return false;
    }
    try {
      return DeviceNumber.ofNode(target).filter(number::equals).isPresent();
    } catch (NoSuchFileException gone) {
      return false;
    }
  }
}
