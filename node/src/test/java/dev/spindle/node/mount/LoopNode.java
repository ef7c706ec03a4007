package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
import dev.spindle.linux.Mount;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.testing.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A node with one volume on a loop disk, and the operations on it under test. */
final class LoopNode implements AutoCloseable {
  private static final long DISK_BYTES = 512L << 20;
  private static final Path ROOT = Path.of("/");

  final VolumeOnLoop volume;
  Host host;
  final Path staging;
  final Path pods;
  private final AccessType type;
  private final NativeLinux linux = new NativeLinux();

  private LoopNode(LoopDisks disks, AccessType type, String filesystem) throws IOException {
    this.type = type;
    this.volume =
        new VolumeOnLoop(
            disks.create(DISK_BYTES, 512), type, type == AccessType.BLOCK ? null : filesystem);
    this.host =
        new Host(
            linux.mounts(),
            new ProcMounts(ROOT),
            linux.blockDevices(),
            linux.signatures(),
            new Mkfs(new Programs(), ROOT),
            new SysBlock(ROOT));
    this.staging = disks.folder("staging");
    this.pods = disks.folder("pods");
  }

  static LoopNode filesystem(LoopDisks disks, String filesystem) throws IOException {
    return new LoopNode(disks, AccessType.FILESYSTEM, filesystem);
  }

  static LoopNode block(LoopDisks disks) throws IOException {
    return new LoopNode(disks, AccessType.BLOCK, "");
  }

  Outcome stage(String... flags) {
    return stageAs(new Wanted(type, "", MountOptions.parse(List.of(flags))));
  }

  /** What the volume was made for, without mount options. */
  Wanted wanted() {
    return new Wanted(type, "", MountOptions.parse(List.of()));
  }

  Outcome stageAs(Wanted wanted) {
    return new Staging(volume, host).stage(new StageOrder(volume.id(), staging, wanted));
  }

  Outcome unstage() {
    return new Staging(volume, host).unstage(volume.id(), staging);
  }

  Outcome publish(Path target, boolean readOnly, boolean alone) {
    return new Publishing(volume, host)
        .publish(
            new PublishOrder(
                volume.id(),
                staging,
                target,
                new Wanted(type, "", MountOptions.parse(List.of())),
                new PublishOrder.Sharing(readOnly, alone)));
  }

  Outcome unpublish(Path target) {
    return new Publishing(volume, host).unpublish(volume.id(), target);
  }

  Measured measure(Path path) {
    return new VolumeUsage(volume, host).measure(volume.id(), path);
  }

  /** Mounts something that is no volume's. */
  void mountForeign(Path target) throws IOException {
    linux
        .mounts()
        .mount(Path.of("tmpfs"), target, "tmpfs", MountOptions.parse(List.of("size=64k")));
  }

  List<Mount> mountsAt(Path target) throws IOException {
    return host.table().read().stream().filter(mount -> mount.target().equals(target)).toList();
  }

  static void done(Outcome outcome) {
    assertThat(outcome).isEqualTo(new Outcome.Done());
  }

  static String refused(Outcome outcome, Refused.Kind kind) {
    assertThat(outcome).isInstanceOf(Refused.class);
    Refused refused = (Refused) outcome;
    assertThat(refused.kind()).as(refused.why()).isEqualTo(kind);
    return refused.why();
  }

  static Path directory(Path path) throws IOException {
    return Files.createDirectories(path);
  }

  @Override
  public void close() {
    volume.close();
  }
}
