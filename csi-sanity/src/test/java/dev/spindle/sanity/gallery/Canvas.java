package dev.spindle.sanity.gallery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;

/** A disk to write on, byte by byte. All offsets are bytes from its start. */
final class Canvas {
  private static final int BUFFER = 1 << 20;

  private final FileChannel disk;

  private Canvas(FileChannel disk) {
    this.disk = disk;
  }

  /** What is written, or done to what is there. */
  @FunctionalInterface
  interface Writing {
    void on(Canvas disk) throws IOException;
  }

  /** Opens a disk, has it written on, and returns when that is on the disk. */
  static void on(Path node, Writing writing) throws IOException {
    try (FileChannel disk =
        FileChannel.open(node, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      writing.on(new Canvas(disk));
      disk.force(true);
    }
  }

  long size() throws IOException {
    return disk.size();
  }

  /** The offset that is so many bytes before the end. */
  long end(long before) throws IOException {
    return size() - before;
  }

  Canvas put(long at, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      disk.write(rest, at + rest.position());
    }
    return this;
  }

  /** Bytes in hexadecimal digits, as "0be5a941". */
  Canvas hex(long at, String digits) throws IOException {
    return put(at, HexFormat.of().parseHex(digits));
  }

  Canvas text(long at, String text) throws IOException {
    return put(at, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Canvas le16(long at, int value) throws IOException {
    return put(at, buffer(2, ByteOrder.LITTLE_ENDIAN).putShort((short) value).array());
  }

  Canvas le32(long at, long value) throws IOException {
    return put(at, buffer(4, ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
  }

  Canvas le64(long at, long value) throws IOException {
    return put(at, buffer(8, ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  Canvas be16(long at, int value) throws IOException {
    return put(at, buffer(2, ByteOrder.BIG_ENDIAN).putShort((short) value).array());
  }

  Canvas be32(long at, long value) throws IOException {
    return put(at, buffer(4, ByteOrder.BIG_ENDIAN).putInt((int) value).array());
  }

  Canvas be64(long at, long value) throws IOException {
    return put(at, buffer(8, ByteOrder.BIG_ENDIAN).putLong(value).array());
  }

  /** The same byte again and again. */
  Canvas fill(long from, long to, int value) throws IOException {
    byte[] bytes = new byte[BUFFER];
    Arrays.fill(bytes, (byte) value);
    for (long at = from; at < to; at += BUFFER) {
      put(at, Arrays.copyOf(bytes, (int) Math.min(BUFFER, to - at)));
    }
    return this;
  }

  Canvas zero(long from, long to) throws IOException {
    return fill(from, to, 0);
  }

  byte[] read(long at, int length) throws IOException {
    byte[] read = new byte[length];
    ByteBuffer bytes = ByteBuffer.wrap(read);
    while (bytes.hasRemaining()) {
      if (disk.read(bytes, at + bytes.position()) < 0) {
        throw new IOException("the disk ends before " + (at + length));
      }
    }
    return read;
  }

  private static ByteBuffer buffer(int length, ByteOrder order) {
    return ByteBuffer.allocate(length).order(order);
  }
}
