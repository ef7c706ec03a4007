package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A disk of the guest.
 *
 * @param name QEMU's for it, of its own in one guest
 * @param wwn of a SCSI disk; elsewhere it has none
 * @param file its bytes, on the host
 */
record VirtualDisk(String name, Bus bus, String serial, long wwn, Path file) {
  private static final long FIRST_WWN = 0x5000c500a0000000L;

  /** A blank one, whose serial is its name in capitals. It takes no room until it is written to. */
  static VirtualDisk blank(Path directory, String name, Bus bus, long bytes) throws IOException {
    Path file = directory.resolve(name + ".raw");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    String serial = name.toUpperCase(java.util.Locale.ROOT);
    return new VirtualDisk(name, bus, serial, FIRST_WWN + (name.hashCode() & 0xffffff), file);
  }

  /** The same disk with a serial that another one may have as well. */
  VirtualDisk withSerial(String other) {
    return new VirtualDisk(name, bus, other, wwn, file);
  }

  /** QEMU's name for what is behind the disk. */
  String image() {
    return name + "-image";
  }

  /** How QEMU reaches its bytes: through the host's page cache, so that kill -9 loses none. */
  JsonObject blockdev() {
    JsonObject bytes = new JsonObject();
    bytes.addProperty("driver", "file");
    bytes.addProperty("filename", file.toString());
    bytes.addProperty("locking", "off");
    bytes.addProperty("discard", "unmap");
    JsonObject raw = new JsonObject();
    raw.addProperty("driver", "raw");
    raw.addProperty("node-name", image());
    raw.addProperty("discard", "unmap");
    raw.add("file", bytes);
    return raw;
  }

  JsonObject device() {
    return bus.device(this);
  }

  /** The path in the guest that means this disk whatever the kernel calls it. */
  String link() {
    return "/dev/disk/by-id/" + bus.link(this);
  }

  /** Reads a volume's place, every byte of it, as it is on the host. */
  void assertErased(long volumeBytes) throws IOException {
    byte[] zeroes = new byte[(int) Lab.MIB];
    try (InputStream bytes = Files.newInputStream(file)) {
      bytes.skipNBytes(2 * Lab.MIB);
      for (long at = 0; at < volumeBytes; at += zeroes.length) {
        byte[] piece = bytes.readNBytes(zeroes.length);
        assertThat(Arrays.mismatch(piece, zeroes)).as("%s, at byte %d", name, at).isEqualTo(-1);
      }
    }
  }
}
