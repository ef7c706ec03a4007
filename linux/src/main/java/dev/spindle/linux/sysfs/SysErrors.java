package dev.spindle.linux.sysfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The errors that the kernel counts of disks and filesystems, read below /sys under a given root.
 * None of it is asked of a disk.
 */
public final class SysErrors {
  private final Path root;

  /** Of the running system with {@code /}. */
  public SysErrors(Path root) {
    this.root = root;
  }

  /**
   * How many commands of a SCSI disk have run out of time since it was attached; 0 where that is
   * not counted (other disks, and Linux before 5.19).
   */
  public long timeouts(String disk) throws IOException {
    // In hexadecimal (drivers/scsi/scsi_sysfs.c, show_iostat_counterbits).
    Path directory = root.resolve("sys/block").resolve(disk.replace('/', '!'));
    String count = new Attributes(directory).text("device/iotmo_cnt");
    return count.isEmpty() ? 0 : number(count);
  }

  /** How many errors a mounted ext4 has found since it was last checked; 0 of any other. */
  public long ext4Errors(String device) throws IOException {
    return new Attributes(root.resolve("sys/fs/ext4").resolve(device)).number("errors_count");
  }

  /**
   * What a mounted btrfs has counted against its device, by the kernel's words for it, where it is
   * not 0; nothing of any other, and before Linux 5.14.
   */
  public Map<String, Long> btrfsErrors(String device) throws IOException {
    Map<String, Long> errors = new TreeMap<>();
    for (Path filesystem : Attributes.entries(root.resolve("sys/fs/btrfs"))) {
      if (new Attributes(filesystem).has("devices/" + device)) {
        for (Path member : Attributes.entries(filesystem.resolve("devinfo"))) {
          count(new Attributes(member).text("error_stats"), errors);
        }
      }
    }
    return errors;
  }

  /** Lines as {@code corruption_errs 0} (fs/btrfs/sysfs.c, btrfs_devinfo_error_stats_show). */
  private static void count(String stats, Map<String, Long> errors) throws IOException {
    for (String line : stats.lines().toList()) {
      String[] words = line.split(" ");
      long count = words.length == 2 ? number(words[1]) : 0;
      if (count != 0) {
        errors.merge(words[0], count, Long::sum);
      }
    }
  }

  private static long number(String text) throws IOException {
    try {
      return Long.decode(text);
    } catch (NumberFormatException noNumber) {
      throw new IOException("no count of errors: " + text, noNumber);
    }
  }
}
