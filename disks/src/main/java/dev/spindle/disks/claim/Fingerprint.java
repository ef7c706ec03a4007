package dev.spindle.disks.claim;

import dev.spindle.linux.RawDisk;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Eight hexadecimal digits that stand for a disk's identity and content: model, serial, WWN, size,
 * its first two MiB, which is all that is ours before a volume, and its last one. Short enough to
 * type, and different as soon as another disk is meant.
 */
final class Fingerprint {
  private static final int HEAD_BYTES = 2 << 20;
  private static final int TAIL_BYTES = 1 << 20;

  private Fingerprint() {}

  static String of(SysDisk device, RawDisk open) throws IOException {
    MessageDigest digest = sha256();
    String identity =
        String.join("\n", device.model(), device.vendor(), device.serial(), device.wwn());
    digest.update(identity.getBytes(StandardCharsets.UTF_8));
    digest.update(Long.toString(open.sizeBytes()).getBytes(StandardCharsets.UTF_8));
    int head = (int) Math.min(HEAD_BYTES, open.sizeBytes());
    int tail = (int) Math.min(TAIL_BYTES, open.sizeBytes());
    digest.update(open.read(0, head));
    digest.update(open.read(open.sizeBytes() - tail, tail));
    return HexFormat.of().formatHex(digest.digest(), 0, 4);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
