package dev.spindle.linux.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A loop device and its file, made by {@link LoopDisks}. */
public final class LoopDisk {
  private final Path file;
  private final int sectorSize;
  private @Nullable Path node;
  private long sequence;

  LoopDisk(Path file, int sectorSize) {
    this.file = file;
    this.sectorSize = sectorSize;
  }

  /** The file that holds its bytes. */
  public Path file() {
    return file;
  }

  /** Logical sector size in bytes. */
  public int sectorSize() {
    return sectorSize;
  }

  /** Whether it is attached. */
  public boolean attached() {
    return node != null;
  }

  /** Its device node at present, as /dev/loop3. */
  public Path node() {
    if (node == null) {
      throw new IllegalStateException(file + " is not attached");
    }
    return node;
  }

  /** Its kernel name at present, as loop3. */
  public String name() {
    return node().getFileName().toString();
  }

  /** The node of one of its partitions, as /dev/loop3p2. */
  public Path partition(int number) {
    return Path.of(node() + "p" + number);
  }

  /** A digest of all its bytes, in hexadecimal; also while it is not attached. */
  public String sha256() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The kernel's number of this attachment, which no other ever has; 0 before Linux 5.15. */
  long sequence() {
    return sequence;
  }

  void moved(@Nullable Path to, long as) {
    this.node = to;
    this.sequence = as;
  }
}
