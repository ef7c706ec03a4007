package dev.spindle.linux.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.spindle.linux.testing.SysTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SysErrorsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  @Test
  void whatNobodyCountsIsZero() throws IOException {
    SysErrors errors = new SysErrors(root);
    assertThat(errors.timeouts("sda")).isZero();
    assertThat(errors.ext4Errors("sda2")).isZero();
    assertThat(errors.btrfsErrors("sda2")).isEmpty();
  }

  @Test
  void theKernelsCountsAreRead() throws IOException {
    SysTree tree = new SysTree(root);
    tree.disk("sda", "pci/host0").put("device/iotmo_cnt", "0x1f\n");
    tree.put("sys/fs/ext4/sda2/errors_count", "3\n");
    SysErrors errors = new SysErrors(root);
    assertThat(errors.timeouts("sda")).isEqualTo(31);
    assertThat(errors.ext4Errors("sda2")).isEqualTo(3);
    assertThat(errors.ext4Errors("sda1")).isZero();
  }

  @Test
  void ofBtrfsTheFilesystemOnTheDeviceCounts() throws IOException {
    SysTree tree = new SysTree(root);
    tree.put("sys/fs/btrfs/one/devices/sda2/size", "1\n");
    tree.put("sys/fs/btrfs/one/devinfo/1/error_stats", "write_errs 0\nread_errs 2\n");
    tree.put("sys/fs/btrfs/two/devices/sdb2/size", "1\n");
    tree.put("sys/fs/btrfs/two/devinfo/1/error_stats", "corruption_errs 7\n");
    tree.put("sys/fs/btrfs/features/x", "0\n");
    SysErrors errors = new SysErrors(root);
    assertThat(errors.btrfsErrors("sda2")).isEqualTo(Map.of("read_errs", 2L));
    assertThat(errors.btrfsErrors("sdb2")).isEqualTo(Map.of("corruption_errs", 7L));
  }

  @Test
  void aCountThatIsNoNumberIsAnError() throws IOException {
    new SysTree(root).disk("sda", "pci/host0").put("device/iotmo_cnt", "many\n");
    assertThatIOException().isThrownBy(() -> new SysErrors(root).timeouts("sda"));
  }
}
