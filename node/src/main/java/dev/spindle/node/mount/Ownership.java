package dev.spindle.node.mount;

import dev.spindle.disks.claim.Found;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Mount;
import dev.spindle.linux.Probe;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Tells whether a mount may be taken off a path in a volume's name. Where the volume's disk can be
 * read, only the volume's own mounts may. Where it cannot (pulled, frozen, its record unreadable,
 * or the driver has just started) also:
 *
 * <ul>
 *   <li>the bind on the file of a staged Block volume, which carries the volume's UUID as its name;
 *   <li>a mount of a filesystem whose UUID on its device is the volume's;
 *   <li>a mount of a device that is not there any more, or whose name is another's by now: no
 *       volume can be using it;
 *   <li>a mount whose device cannot be read, if the volume's disk is known to be in trouble.
 * </ul>
 *
 * A live mount of anything else stays.
 */
final class Ownership {
  private final Host host;

  Ownership(Host host) {
    this.host = host;
  }

  /** Whether a mount is the volume's, or can only be a remnant. */
  boolean mayUnmount(Subject subject, Mount mount, List<Mount> all) throws IOException {
    if (subject.uuid() == null) {
      return false;
    }
    SysPartition partition = subject.partition();
    if (partition != null && mount.shows(partition.name(), partition.device())) {
      return true;
    }
    Optional<String> node = VolumeMounts.nodeName(mount);
    return node.isPresent()
        ? bindIsRemnant(subject.uuid(), mount, node.get(), all)
        : filesystemIsRemnant(subject, subject.uuid(), mount);
  }

  private boolean bindIsRemnant(UUID volume, Mount mount, String node, List<Mount> all)
      throws IOException {
    boolean sameAsStaged =
        all.stream()
            .filter(staged -> isStagedFile(staged.target(), volume))
            .anyMatch(
                staged ->
                    staged.device().equals(mount.device()) && staged.root().equals(mount.root()));
    if (sameAsStaged) {
      return true;
    }
    Optional<DeviceNumber> bound = VolumeMounts.nodeNumber(mount.target());
    return bound.isPresent() && !host.sysBlock().number(node).equals(bound);
  }

  /** Whether a path is the file on which a Block volume is staged. */
  static boolean isStagedFile(Path path, UUID volume) {
    return Objects.equals(path.getFileName(), Path.of(volume.toString()));
  }

  private boolean filesystemIsRemnant(Subject subject, UUID volume, Mount mount)
      throws IOException {
    Optional<String> name = mount.sourceName();
    if (name.isEmpty() || FilesystemType.named(mount.type()).isEmpty()) {
      return false;
    }
    return isGone(mount, host.sysBlock().number(name.get()))
        || carries(subject, volume, Path.of("/dev", name.get()));
  }

  /**
   * Whether a mount's device is not there any more. That its name is unknown does not say so: a
   * root filesystem may be of "/dev/root", which the kernel has no device of.
   *
   * @param named what the name of the mount's source is now
   */
  private boolean isGone(Mount mount, Optional<DeviceNumber> named) {
    if (mount.source().equals("/dev/root")) {
      return false;
    }
    // An anonymous number, as of btrfs, is no disk's.
    return mount.device().major() == 0
        ? named.isEmpty()
        : !named.equals(Optional.of(mount.device())) && !host.sysBlock().has(mount.device());
  }

  private boolean carries(Subject subject, UUID volume, Path node) {
    try (BlockDevice device = host.devices().open(node, Access.READ)) {
      return host.signatures().probe(device) instanceof Probe.Found found
          && found.signatures().stream()
              .anyMatch(signature -> volume.toString().equalsIgnoreCase(signature.uuid()));
    } catch (IOException unreadable) {
      return subject.found() instanceof Found.Uncertain;
    }
  }
}
