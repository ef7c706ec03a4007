package dev.spindle.linux.sysfs;

import dev.spindle.linux.DeviceNumber;
import java.nio.file.Path;

/**
 * A partition that the kernel knows.
 *
 * @param name kernel name, as "sdb1"
 * @param number its number on the disk
 * @param device {@code dev}
 * @param startBytes {@code start}, which counts 512-byte units
 * @param lengthBytes {@code size}, likewise
 */
public record SysPartition(
    String name, int number, DeviceNumber device, long startBytes, long lengthBytes) {
  /** Its device node. */
  public Path node() {
    return Path.of("/dev", name);
  }
}
