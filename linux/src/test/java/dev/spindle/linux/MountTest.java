package dev.spindle.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which device a mount shows, as far as the table alone tells. */
final class MountTest {
  private static final DeviceNumber NUMBER = new DeviceNumber(8, 2);
  private static final DeviceNumber ANONYMOUS = new DeviceNumber(0, 44);

  private static Mount mount(DeviceNumber device, String root, Path target, String source) {
    return new Mount(device, root, target, List.of("rw"), "any", source, List.of("rw"));
  }

  @Test
  void aFilesystemIsKnownByItsDeviceNumber() throws IOException {
    Mount mount = mount(NUMBER, "/", Path.of("/nowhere"), "/dev/disk/by-id/a-disk");

    assertThat(mount.shows("sdb2", NUMBER)).isTrue();
    assertThat(mount.shows("sdb1", new DeviceNumber(8, 1))).isFalse();
  }

  @Test
  void aFilesystemWithAnAnonymousNumberIsKnownByItsSource() throws IOException {
    Mount mount = mount(ANONYMOUS, "/", Path.of("/nowhere"), "/dev/cciss/c0d0p2");

    assertThat(mount.shows("cciss/c0d0p2", NUMBER)).isTrue();
    assertThat(mount.shows("c0d0p2", NUMBER)).isFalse();
  }

  @Test
  void theSourceOfAFilesystemWithANumberOfItsOwnMayHaveComeToMeanAnother() throws IOException {
    assertThat(
            mount(new DeviceNumber(8, 18), "/", Path.of("/nowhere"), "/dev/sdb2")
                .shows("sdb2", NUMBER))
        .isFalse();
  }

  @Test
  void whatIsBoundIsNamedThoughItsNodeWasRemoved() {
    assertThat(mount(ANONYMOUS, "/sdb2", Path.of("/t"), "devtmpfs").rootName()).contains("sdb2");
    assertThat(mount(ANONYMOUS, "/a/sdb2//deleted", Path.of("/t"), "devtmpfs").rootName())
        .contains("sdb2");
    assertThat(mount(ANONYMOUS, "/", Path.of("/t"), "devtmpfs").rootName()).isEmpty();
  }

  @Test
  void aFileOfTheDevicesNameIsNotTheDevice(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(mount(ANONYMOUS, "/sdb2", file, "devtmpfs").shows("sdb2", NUMBER)).isFalse();
    assertThat(
            mount(ANONYMOUS, "/sdb2", directory.resolve("gone"), "devtmpfs").shows("sdb2", NUMBER))
        .isFalse();
  }
}
