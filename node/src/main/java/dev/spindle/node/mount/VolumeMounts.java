package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountTable;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which mounts belong to a volume: mounts of its filesystem and binds of its device node. */
final class VolumeMounts {
  private static final Set<String> DEVICE_NODE_FILESYSTEMS = Set.of("devtmpfs", "tmpfs");

  private final MountTable table;

  VolumeMounts(MountTable table) {
    this.table = table;
  }

  /** All mounts, oldest first. */
  List<Mount> read() throws IOException {
    return table.read();
  }

  /** How a path and a volume stand now. */
  Standing standing(SysPartition partition, Path at) throws IOException {
    List<Mount> all = table.read();
    return new Standing(at, top(all, at), of(partition, all));
  }

  /** All mounts of a volume, oldest first. */
  List<Mount> of(SysPartition partition) throws IOException {
    return of(partition, table.read());
  }

  private static List<Mount> of(SysPartition partition, List<Mount> all) throws IOException {
    List<Mount> own = new ArrayList<>();
    for (Mount mount : all) {
      if (mount.shows(partition.name(), partition.device())) {
        own.add(mount);
      }
    }
    return own;
  }

  /**
   * Where a volume is staged or published, if a path says so. The path that kubelet gives for a
   * Block volume is a bind of its own, which this driver was never told of (kubernetes,
   * pkg/volume/csi/csi_plugin.go, NewBlockVolumeMapper), so what counts is the device that is
   * there. At the staging path it is one level below.
   */
  Optional<Path> place(SysPartition partition, Claim claim, Path path) throws IOException {
    Optional<Path> real = path.isAbsolute() ? MountPoint.real(path) : Optional.empty();
    if (real.isEmpty()) {
      return real;
    }
    if (claim.accessType() == AccessType.FILESYSTEM) {
      return standing(partition, real.get()).ownTop() == null ? Optional.empty() : real;
    }
    Path node =
        MountPoint.look(real.get()).directory()
            ? real.get().resolve(claim.volume().toString())
            : real.get();
    return nodeNumber(node).filter(partition.device()::equals).map(device -> node);
  }

  /** A mount of a volume that can be written through, and on which nothing else lies. */
  Optional<Mount> writable(SysPartition partition) throws IOException {
    List<Mount> all = table.read();
    return of(partition, all).stream()
        .filter(mount -> !mount.readOnly() && mount.equals(top(all, mount.target())))
        .findFirst();
  }

  /** The topmost mount at a path. */
  static @Nullable Mount top(List<Mount> all, Path at) {
    Mount top = null;
    for (Mount mount : all) {
      if (mount.target().equals(at)) {
        top = mount;
      }
    }
    return top;
  }

  /** The name of the device whose node is bound, if that is what is mounted; by the table alone. */
  static Optional<String> nodeName(Mount mount) {
    return DEVICE_NODE_FILESYSTEMS.contains(mount.type()) ? mount.rootName() : Optional.empty();
  }

  /** The device number of the block device node at a path; empty if none is there. */
  static Optional<DeviceNumber> nodeNumber(Path path) throws IOException {
    try {
      return DeviceNumber.ofNode(path);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  /**
   * Whether a target is kubelet's own bind of a published device, {@code
   * …/volumeDevices/<PV>/dev/<pod>} (kubernetes, pkg/volume/util/volumepathhandler), beside what it
   * asked to be published at {@code …/volumeDevices/publish/<PV>/<pod>}.
   */
  static boolean isKubeletMap(Path target) {
    int names = target.getNameCount();
    return names > 4
        && target.getName(names - 2).toString().equals("dev")
        && !target.getName(names - 3).toString().equals("publish")
        && target.getName(names - 4).toString().equals("volumeDevices");
  }
}
