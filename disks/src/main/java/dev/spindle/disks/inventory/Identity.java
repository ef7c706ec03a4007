package dev.spindle.disks.inventory;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;

/**
 * Compares an open device with what was decided about: names in /dev move, descriptors do not (rule
 * R4).
 */
public final class Identity {
  private Identity() {}

  /**
   * Checks that an open device is the disk of these facts.
   *
   * @throws IOException that says what differs
   */
  public static void check(BlockDevice open, SysDisk expected) throws IOException {
    if (!open.number().equals(expected.number())) {
      throw changed(open, "device number", expected.number(), open.number());
    }
    long sequence = open.diskSequence();
    if (sequence != expected.diskSequence()) {
      throw changed(open, "disk sequence", expected.diskSequence(), sequence);
    }
    if (open.sizeBytes() != expected.sizeBytes()) {
      throw changed(open, "size", expected.sizeBytes(), open.sizeBytes());
    }
  }

  private static IOException changed(BlockDevice open, String what, Object before, Object now) {
    return new IOException(
        open.path() + " is not the disk it was: its " + what + " was " + before + " and is " + now);
  }
}
