package dev.spindle.node.mount;

import static dev.spindle.node.mount.LoopNode.done;
import static dev.spindle.node.mount.LoopNode.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mount in use stays, and who uses it is told; nothing is unmounted lazily or by force (R7). */
@RequireRoot
final class BusyTest {
  /** What an event holds (kubernetes, pkg/apis/core/validation/events.go). */
  private static final int EVENT_BYTES = 1024;

  @RegisterExtension final LoopDisks disks = new LoopDisks();
  private final List<Process> users = new ArrayList<>();
  private static int ways;

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process user : users) {
      end(user);
    }
  }

  /** With all it has started: a program below unshare(1) is its child. */
  private static void end(Process user) throws InterruptedException {
    user.descendants().forEach(ProcessHandle::destroyForcibly);
    user.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
  }

  private Process start(ProcessBuilder program) throws IOException {
    Process started = program.redirectErrorStream(true).start();
    users.add(started);
    return started;
  }

  private static Process sleeping(ProcessBuilder program, BusyTest test) throws IOException {
    Process sleeper = test.start(program);
    // Until it has become what it is to be, it is still this very program.
    while (!command(sleeper.toHandle()).equals("sleep")) {
      assertThat(sleeper.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    return sleeper;
  }

  private static String command(ProcessHandle process) throws IOException {
    return Files.readString(Path.of("/proc", "" + process.pid(), "comm")).strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void whoWorksInAVolumeReadsItOrRunsItIsNamedAndWhenItEndsTheMountGoes(String filesystem)
      throws Exception {
    try (LoopNode node = LoopNode.filesystem(disks, filesystem)) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      Path base = LoopNode.directory(target.resolve("base"));
      Path data = Files.writeString(base.resolve("1"), "x");
      Path program = target.resolve("sleep");
      Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);

      ProcessBuilder sleep = new ProcessBuilder("sleep", "600");
      assertBusyUntilItEnds(
          node, target, sleeping(sleep.directory(base.toFile()), this), "cwd", "base");
      ProcessBuilder reads = new ProcessBuilder("sleep", "600").redirectInput(data.toFile());
      assertBusyUntilItEnds(node, target, sleeping(reads, this), "open", "base/1");
      ProcessBuilder runs = new ProcessBuilder(program.toString(), "600");
      assertBusyUntilItEnds(node, target, sleeping(runs, this), "mapped", "sleep");

      done(node.unpublish(target));
      done(node.unstage());
    }
    Proof.count("ways to keep a mount busy", ways, 3);
  }

  /** The mount is there and usable while it is refused, and again after the process has ended. */
  private static void assertBusyUntilItEnds(
      LoopNode node, Path target, Process user, String how, String path) throws Exception {
    String why = refused(node.unpublish(target), Refused.Kind.UNFIT);
    assertThat(why)
        .startsWith(target + " is busy and stays mounted")
        .containsPattern(user.pid() + " \\(sleep\\): " + how + " \\S*" + path);
    assertThat(why.getBytes(UTF_8)).hasSizeLessThan(EVENT_BYTES / 2);
    assertThat(node.mountsAt(target)).hasSize(1);
    Files.writeString(target.resolve("still"), "writable");
    end(user);
    done(node.unpublish(target));
    done(node.publish(target, false, false));
    assertThat(target.resolve("still")).hasContent("writable");
    ways++;
  }

  @Test
  void aBusyStagingPathStaysToo() throws Exception {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      ProcessBuilder sleep = new ProcessBuilder("sleep", "600").directory(node.staging.toFile());
      Process user = sleeping(sleep, this);
      assertThat(refused(node.unstage(), Refused.Kind.UNFIT))
          .contains(user.pid() + " (sleep): cwd " + ProcessLook.shortened("" + node.staging));
      assertThat(node.volume.held()).isTrue();
      end(user);
      done(node.unstage());
      assertThat(node.volume.held()).isFalse();
    }
  }

  @Test
  void whoHasTheDeviceOfABlockVolumeOpenIsNamed() throws Exception {
    try (LoopNode node = LoopNode.block(disks)) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, true));
      ProcessBuilder reads = new ProcessBuilder("sleep", "600").redirectInput(target.toFile());
      Process user = sleeping(reads, this);
      assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
          .contains(user.pid() + " (sleep): open " + ProcessLook.shortened("" + target));
      assertThat(node.mountsAt(target)).hasSize(1);
      end(user);
      done(node.unpublish(target));
      done(node.unstage());
    }
  }

  /** As a container with HostToContainer propagation does. */
  @Test
  void whoIsInAnotherMountNamespaceIsNamed() throws Exception {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path shared = disks.folder("shared");
      node.host.mounts().bind(shared, shared, false);
      run("mount", "--make-rshared", shared.toString());
      Path target = shared.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      ProcessBuilder container =
          new ProcessBuilder(
              "unshare",
              "--mount",
              "--propagation",
              "slave",
              "sh",
              "-c",
              "cd " + target + " && exec sleep 600");
      Process user = sleeping(container, this);
      assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
          .contains(user.pid() + " (sleep): cwd " + ProcessLook.shortened("" + target));
      end(user);
      done(node.unpublish(target));
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void aLoopDeviceASwapFileAndMountsMadeUponAVolumeAreNamed() throws Exception {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      Path target = node.pods.resolve("pod1");
      done(node.stage());
      done(node.publish(target, false, false));
      Path image = target.resolve("image");
      try (RandomAccessFile sparse = new RandomAccessFile(image.toFile(), "rw")) {
        sparse.setLength(8 << 20);
      }
      LoopDisk loop = disks.attach(image, 512);
      assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
          .contains(
              "below loop device " + loop.name() + " over " + ProcessLook.shortened("" + image));
      disks.detach(loop);
      Path swap = target.resolve("swap");
      Files.write(swap, new byte[1 << 20]);
      Files.setPosixFilePermissions(
          swap, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
      run("mkswap", swap.toString());
      run("swapon", swap.toString());
      try {
        assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
            .contains("in use as swap: " + ProcessLook.shortened("" + swap));
      } finally {
        run("swapoff", swap.toString());
      }
      Path below = LoopNode.directory(target.resolve("below"));
      node.mountForeign(below);
      assertThat(refused(node.unpublish(target), Refused.Kind.UNFIT))
          .contains("mounted below it: " + ProcessLook.shortened("" + below));
      node.host.mounts().unmount(below);
      done(node.unpublish(target));
    }
  }

  @Test
  void manyWhoAreInItFitAnEventAndTheRestAreCounted() throws Exception {
    try (LoopNode node = LoopNode.filesystem(disks, "ext4")) {
      done(node.stage());
      Path deep = node.staging.resolve("d".repeat(200)).resolve("e".repeat(200));
      Files.createDirectories(deep);
      for (int i = 0; i < 12; i++) {
        sleeping(new ProcessBuilder("sleep", "600").directory(deep.toFile()), this);
      }
      String why = refused(node.unstage(), Refused.Kind.UNFIT);
      assertThat(why).contains(" and 8 more");
      assertThat(why.getBytes(UTF_8)).hasSizeLessThan(EVENT_BYTES * 3 / 4);
      endAll();
      done(node.unstage());
    }
  }

  @Test
  void aNameThatWritesLinesOfItsOwnDoesNot() {
    assertThat(ProcessLook.shortened("a\nb\u001b[31m" + "x".repeat(100)))
        .hasSize(60)
        .doesNotContain("\n", "\u001b");
  }
}
