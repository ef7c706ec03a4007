package dev.spindle.linux.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Mount;
import dev.spindle.linux.testing.SysTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTablesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  @Test
  void aLineOfMountinfoIsReadWhole() throws IOException {
    mountinfo(
        """
        22 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
        36 35 98:0 /mnt1 /mnt\\0402/a\\134b rw,noatime master:1 shared:7 - ext3 /dev/root\\011x ro,errors=continue
        """);
    assertThat(new ProcMounts(root).read())
        .containsExactly(
            new Mount(
                new DeviceNumber(254, 0),
                "/",
                Path.of("/"),
                List.of("rw", "relatime"),
                "ext4",
                "/dev/vda",
                List.of("rw", "discard")),
            new Mount(
                new DeviceNumber(98, 0),
                "/mnt1",
                Path.of("/mnt 2/a\\b"),
                List.of("rw", "noatime"),
                "ext3",
                "/dev/root\tx",
                List.of("ro", "errors=continue")));
  }

  @Test
  void aSourceMayBeEmptyAndANameNotAscii() throws IOException {
    mountinfo("22 1 0:5 / /caf\u00e9 rw -  tmpfs rw\n".replace("-  tmpfs", "- tmpfs "));
    Mount mount = new ProcMounts(root).read().get(0);
    assertThat(mount.source()).isEmpty();
    assertThat(mount.target().toString()).startsWith("/caf");
  }

  @Test
  void aLineThatIsNoneIsAnError() throws IOException {
    mountinfo("22 1 254:0 / / rw\n");
    assertThatIOException().isThrownBy(() -> new ProcMounts(root).read());
    mountinfo("22 1 nonsense / / rw - ext4 /dev/vda rw\n");
    assertThatIOException().isThrownBy(() -> new ProcMounts(root).read());
    assertThatIOException().isThrownBy(() -> new ProcMounts(root.resolve("none")).read());
  }

  @Test
  void theRootOfThisSystemIsMounted() throws IOException {
    assertThat(new ProcMounts(Path.of("/")).read())
        .extracting(Mount::target)
        .contains(Path.of("/"), Path.of("/proc"));
  }

  @Test
  void swapsAreNodesAndFiles() throws IOException {
    new SysTree(root)
        .put(
            "proc/swaps",
            """
            Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
            /dev/sda3                               partition\t1048572\t\t0\t\t-2
            /swap\\040file                          file\t\t1048572\t\t0\t\t-3
            """);
    assertThat(new ProcSwaps(root).read())
        .containsExactly(Path.of("/dev/sda3"), Path.of("/swap file"));
  }

  @Test
  void aKernelWithoutSwapHasNone() throws IOException {
    assertThat(new ProcSwaps(root).read()).isEmpty();
    assertThat(new ProcSwaps(Path.of("/")).read()).isNotNull();
  }

  private void mountinfo(String text) throws IOException {
    new SysTree(root).put("proc/self/mountinfo", text);
  }
}
