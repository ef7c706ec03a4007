package dev.spindle.sanity.gallery;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The names and values in a label of ZFS, in the XDR encoding. */
final class ZfsLabel {
  private static final int UINT64 = 8;
  private static final int STRING = 9;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private ZfsLabel() {}

  static byte[] pairs() throws IOException {
    ZfsLabel label = new ZfsLabel();
    // XDR, little-endian host; then the list's version and flags.
    label.out.write(new byte[] {1, 1, 0, 0});
    label.out.writeInt(0);
    label.out.writeInt(1);
    label.number("version", 5000);
    label.text("name", "tank");
    label.number("state", 0);
    label.number("txg", 4);
    label.number("pool_guid", 0x1234567890ABCDEFL);
    label.number("guid", 0x0FEDCBA987654321L);
    label.out.writeLong(0);
    return label.bytes.toByteArray();
  }

  private void number(String name, long value) throws IOException {
    pair(name, UINT64, 8);
    out.writeLong(value);
  }

  private void text(String name, String value) throws IOException {
    pair(name, STRING, 4 + padded(value.length()));
    out.writeInt(value.length());
    padded(value);
  }

  private void pair(String name, int type, int valueLength) throws IOException {
    int length = 12 + padded(name.length()) + 8 + valueLength;
    out.writeInt(length);
    out.writeInt(length);
    out.writeInt(name.length());
    padded(name);
    out.writeInt(type);
    out.writeInt(1);
  }

  private void padded(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[padded(text.length()) - text.length()]);
  }

  private static int padded(int length) {
    return (length + 3) / 4 * 4;
  }
}
