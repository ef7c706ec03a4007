package dev.spindle.node.mount;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.jnr.NativeLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Everything that is not zero on a partition, to be compared and to be put back. */
final class PartitionContent {
  private static final int CHUNK = 1 << 20;

  private final Path node;
  private final Map<Long, byte[]> chunks = new TreeMap<>();

  private PartitionContent(Path node) {
    this.node = node;
  }

  /** Reads it all, past the page cache. */
  static PartitionContent read(Path node) throws IOException {
    PartitionContent content = new PartitionContent(node);
    try (BlockDevice open = open(node, Access.READ)) {
      byte[] zeroes = new byte[CHUNK];
      for (long at = 0; at < open.sizeBytes(); at += CHUNK) {
        byte[] chunk = open.read(at, (int) Math.min(CHUNK, open.sizeBytes() - at));
        if (Arrays.mismatch(chunk, 0, chunk.length, zeroes, 0, chunk.length) >= 0) {
          content.chunks.put(at, chunk);
        }
      }
    }
    return content;
  }

  /** A digest of what is not zero from one MiB to another, and where. */
  String sha256(long from, long to) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      chunks.forEach(
          (at, chunk) -> {
            if (at < from || at >= to) {
              return;
            }
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, at));
            digest.update(chunk);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Makes the partition what it was. */
  void putBack() throws IOException {
    try (BlockDevice open = open(node, Access.EXCLUSIVE)) {
      open.zero(0, open.sizeBytes());
      for (Map.Entry<Long, byte[]> chunk : chunks.entrySet()) {
        open.write(chunk.getKey(), chunk.getValue());
      }
      open.flush();
    }
  }

  /** Overwrites a part of a partition. */
  static void put(Path node, long offset, byte[] bytes) throws IOException {
    try (BlockDevice open = open(node, Access.EXCLUSIVE)) {
      open.write(offset, bytes);
      open.flush();
    }
  }

  /** Zeroes all of a partition. */
  static void zero(Path node) throws IOException {
    try (BlockDevice open = open(node, Access.EXCLUSIVE)) {
      open.zero(0, open.sizeBytes());
      open.flush();
    }
  }

  private static BlockDevice open(Path node, Access access) throws IOException {
    return new NativeLinux().blockDevices().open(node, access);
  }
}
