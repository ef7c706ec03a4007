package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static dev.spindle.node.mount.LoopNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.linux.Errno;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import dev.spindle.linux.testing.UnrunFilesystems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left when something fails half-way, and what is said of it. */
@RequireRoot
class UndoTest {
  @RegisterExtension final LoopDisks disks = new LoopDisks();

  /** Real mounts that fail, or mount something else, when told to. */
  private static final class Faulty implements Mounts {
    private final Mounts real;
    boolean mountsSomethingElse;
    boolean failsToBind;
    boolean failsToUnmount;

    Faulty(Mounts real) {
      this.real = real;
    }

    @Override
    public void mount(Path source, Path target, String type, MountOptions options)
        throws IOException {
      if (mountsSomethingElse) {
        real.mount(Path.of("tmpfs"), target, "tmpfs", MountOptions.parse(List.of()));
      } else {
        real.mount(source, target, type, options);
      }
    }

    @Override
    public void tryOut(Path source, String type, boolean readOnly) throws IOException {
      real.tryOut(source, type, readOnly);
    }

    @Override
    public void bind(Path source, Path target, boolean readOnly) throws IOException {
      if (failsToBind) {
        throw new KernelException("bind mount", target.toString(), Errno.ENOMEM);
      }
      if (mountsSomethingElse) {
        real.bind(Path.of(Files.isDirectory(target) ? "/tmp" : "/dev/null"), target, readOnly);
      } else {
        real.bind(source, target, readOnly);
      }
    }

    @Override
    public void unmount(Path target) throws IOException {
      if (failsToUnmount) {
        throw new KernelException("umount2", target.toString(), Errno.EIO);
      }
      real.unmount(target);
    }

    @Override
    public Usage usage(Path path) throws IOException {
      return real.usage(path);
    }
  }

  private LoopNode node(boolean block) throws IOException {
    LoopNode node = block ? LoopNode.block(disks) : LoopNode.filesystem(disks, "ext4");
    node.host = with(node.host, new Faulty(node.host.mounts()));
    return node;
  }

  private static Faulty faulty(LoopNode node) {
    return (Faulty) node.host.mounts();
  }

  private static Host with(Host host, Mounts mounts) {
    return new Host(
        mounts,
        host.table(),
        host.devices(),
        host.signatures(),
        host.filesystems(),
        host.sysBlock());
  }

  static Host with(Host host, Filesystems filesystems) {
    return new Host(
        host.mounts(),
        host.table(),
        host.devices(),
        host.signatures(),
        filesystems,
        host.sysBlock());
  }

  private static Host with(Host host, SysBlock sysBlock) {
    return new Host(
        host.mounts(),
        host.table(),
        host.devices(),
        host.signatures(),
        host.filesystems(),
        sysBlock);
  }

  @Test
  void aMountThatShowsAnotherDeviceIsTakenOffAgain() throws IOException {
    for (boolean block : new boolean[] {false, true}) {
      try (LoopNode node = node(block)) {
        faulty(node).mountsSomethingElse = true;

        refused(node.stage(), Refused.Kind.NOT_NOW);

        assertThat(node.staging).isEmptyDirectory();
        assertThat(node.mountsAt(node.staging)).isEmpty();
        assertThat(node.volume.held()).isFalse();
        faulty(node).mountsSomethingElse = false;
        done(node.stage());
        done(node.unstage());
      }
    }
  }

  @Test
  void aMountThatCannotBeTakenOffAgainMayStillBeRunningForTheCaller() throws IOException {
    for (boolean block : new boolean[] {false, true}) {
      try (LoopNode node = node(block)) {
        faulty(node).mountsSomethingElse = true;
        faulty(node).failsToUnmount = true;

        assertThat(refused(node.stage(), Refused.Kind.HALF_DONE)).contains("undoing it failed");

        Path left = block ? node.staging.resolve(node.volume.uuid().toString()) : node.staging;
        faulty(node).failsToUnmount = false;
        node.host.mounts().unmount(left);
        if (block) {
          Files.delete(left);
        }
      }
    }
  }

  @Test
  void aBindThatFailsLeavesNoEntryAtTheTarget() throws IOException {
    for (boolean block : new boolean[] {false, true}) {
      try (LoopNode node = node(block)) {
        Path target = node.pods.resolve("pod1");
        done(node.stage());
        faulty(node).failsToBind = true;
        refused(node.publish(target, false, false), Refused.Kind.FAILED);
        assertThat(target).doesNotExist();

        faulty(node).failsToBind = false;
        faulty(node).mountsSomethingElse = true;
        refused(node.publish(target, false, false), Refused.Kind.FAILED);
        assertThat(target).doesNotExist();

        faulty(node).failsToUnmount = true;
        refused(node.publish(target, false, false), Refused.Kind.HALF_DONE);
        assertThat(node.mountsAt(target)).hasSize(1);
        faulty(node).failsToUnmount = false;
        faulty(node).mountsSomethingElse = false;
        node.host.mounts().unmount(target);
        done(node.publish(target, false, false));
        done(node.unpublish(target));
        done(node.unstage());
      }
    }
  }

  @Test
  void aBlockVolumeThatCannotBeBoundLeavesTheStagingDirectoryEmpty() throws IOException {
    try (LoopNode node = node(true)) {
      faulty(node).failsToBind = true;

      refused(node.stage(), Refused.Kind.NOT_NOW);

      assertThat(node.staging).isEmptyDirectory();
    }
  }

  @Test
  void anMkfsThatFailsLeavesTheVolumeToBeFormattedAgain() throws IOException {
    try (LoopNode node = node(false)) {
      Host real = node.host;
      node.host = with(real, new Failing(true));
      assertThat(refused(node.stage(), Refused.Kind.FAILED)).contains("mkfs", "exit status 1");
      assertThat(node.volume.states).containsExactly(State.FORMATTING);

      node.host = real;
      done(node.stage());
      assertThat(node.volume.states).containsExactly(State.FORMATTING, State.FORMATTED);
    }
  }

  @Test
  void anMkfsThatLiesIsFoundOutBeforeTheVolumeCountsAsFormatted() throws IOException {
    try (LoopNode node = node(false)) {
      node.host = with(node.host, new Failing(false));

      assertThat(refused(node.stage(), Refused.Kind.FAILED)).contains("nothing that can be");

      assertThat(node.volume.states).containsExactly(State.FORMATTING);
      assertThat(node.mountsAt(node.staging)).isEmpty();
    }
  }

  /** An mkfs that fails, or only pretends. */
  private static final class Failing extends UnrunFilesystems {
    private final boolean honest;

    Failing(boolean honest) {
      super(Set.of(FilesystemType.values()));
      this.honest = honest;
    }

    @Override
    public void make(NewFilesystem wanted, Path device, boolean force) throws IOException {
      if (honest) {
        throw new ProgramException("mkfs.ext4 " + device, "exit status 1", "");
      }
    }
  }

  @Test
  void aMountWhoseDiskIsGoneIsTakenOff() throws IOException {
    for (boolean block : new boolean[] {false, true}) {
      try (LoopNode node = node(block)) {
        Path target = node.pods.resolve("pod1");
        done(node.stage());
        done(node.publish(target, false, false));
        node.volume.missing = true;
        node.host = with(node.host, new SysBlock(disks.folder("a node without disks")));

        done(node.unpublish(target));
        done(node.unstage());

        assertThat(node.mountsAt(node.staging)).isEmpty();
        assertThat(node.staging).isEmptyDirectory();
      }
    }
  }

  @Test
  void aMountWhoseDiskCannotBeReadIsTakenOffOnlyIfTheVolumesDiskIsInTrouble() throws IOException {
    try (LoopNode node = node(false)) {
      done(node.stage());
      Host real = node.host;
      node.host =
          new Host(
              real.mounts(),
              real.table(),
              (path, access) -> {
                throw new KernelException("open", path.toString(), Errno.EIO);
              },
              real.signatures(),
              real.filesystems(),
              real.sysBlock());
      node.volume.missing = true;
      refused(node.unstage(), Refused.Kind.UNFIT);

      node.volume.uncertain = "the disk does not answer";
      done(node.unstage());
    }
  }
}
