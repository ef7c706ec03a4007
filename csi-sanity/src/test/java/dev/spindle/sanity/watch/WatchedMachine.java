package dev.spindle.sanity.watch;

import dev.spindle.driver.Machine;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Checked;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.KernelTrials;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.MountTable;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A machine with a watcher around every call. */
public final class WatchedMachine {
  private WatchedMachine() {}

  /** The same machine, watched. */
  public static Machine of(Machine machine, Watcher watcher) {
    return new Machine(
        new WatchedDevices(machine.devices(), watcher),
        new WatchedSignatures(machine.signatures(), watcher),
        new WatchedMounts(machine.mounts(), watcher),
        new WatchedTable(machine.table(), watcher),
        new WatchedFilesystems(machine.filesystems(), watcher),
        machine.growers(),
        machine.sysBlock(),
        machine.swaps(),
        machine.errors(),
        machine.smart());
  }

  private record WatchedDevices(BlockDevices devices, Watcher watcher) implements BlockDevices {
    @Override
    public BlockDevice open(Path node, Access access) throws IOException {
      String name = "open " + access.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return watcher.around(
          new Step(name, node.toString(), access == Access.EXCLUSIVE),
          () -> new WatchedDevice(devices.open(node, access), watcher));
    }
  }

  private record WatchedSignatures(Signatures signatures, Watcher watcher) implements Signatures {
    @Override
    public Probe probe(BlockDevice device) throws IOException {
      return watcher.around(
          new Step("probe", device.path(), false),
          () -> signatures.probe(((WatchedDevice) device).real()));
    }
  }

  private record WatchedMounts(Mounts mounts, Watcher watcher) implements Mounts {
    @Override
    public void mount(Path source, Path target, String type, MountOptions options)
        throws IOException {
      watcher.aroundAct(
          new Step("mount", target.toString(), true),
          () -> mounts.mount(source, target, type, options));
    }

    @Override
    public void tryOut(Path source, String type, boolean readOnly) throws IOException {
      watcher.aroundAct(
          new Step("trial mount", source.toString(), true),
          () -> mounts.tryOut(source, type, readOnly));
    }

    @Override
    public void bind(Path source, Path target, boolean readOnly) throws IOException {
      watcher.aroundAct(
          new Step("bind", target.toString(), true), () -> mounts.bind(source, target, readOnly));
    }

    @Override
    public void unmount(Path target) throws IOException {
      watcher.aroundAct(new Step("unmount", target.toString(), true), () -> mounts.unmount(target));
    }

    @Override
    public Usage usage(Path path) throws IOException {
      return watcher.around(new Step("statfs", path.toString(), false), () -> mounts.usage(path));
    }
  }

  private record WatchedTable(MountTable table, Watcher watcher) implements MountTable {
    @Override
    public List<Mount> read() throws IOException {
      return watcher.around(new Step("read", "/proc/self/mountinfo", false), table::read);
    }
  }

  private record WatchedFilesystems(Filesystems filesystems, Watcher watcher)
      implements Filesystems {
    @Override
    public Set<FilesystemType> available() {
      return filesystems.available();
    }

    @Override
    public String missing(FilesystemType type) {
      return filesystems.missing(type);
    }

    @Override
    public KernelTrials trials() {
      return filesystems.trials();
    }

    @Override
    public void make(NewFilesystem wanted, Path device, boolean force) throws IOException {
      String program = "mkfs." + wanted.type().fsName() + (force ? " by force" : "");
      watcher.aroundAct(
          new Step(program, device.toString(), true),
          () -> filesystems.make(wanted, device, force));
    }

    @Override
    public Checked check(FilesystemType type, Path device) throws IOException {
      return watcher.around(
          new Step("check " + type.fsName(), device.toString(), false),
          () -> filesystems.check(type, device));
    }

    @Override
    public Checked preen(Path device) throws IOException {
      return watcher.around(
          new Step("preen", device.toString(), true), () -> filesystems.preen(device));
    }
  }
}
