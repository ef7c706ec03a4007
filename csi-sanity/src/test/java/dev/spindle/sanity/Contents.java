package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * What somebody keeps on a volume: in a filesystem one file of random bytes, on a device pieces of
 * them from its first byte to its last. Nothing but the seed has to be remembered.
 */
record Contents(boolean block, long seed, long capacityBytes) {
  private static final String FILE = "data";
  private static final int PIECES = 6;
  private static final int PIECE_BYTES = 64 << 10;

  /** Writes it, down to the disk. */
  void write(Path published) throws IOException {
    try (FileChannel channel =
        block
            ? FileChannel.open(published, StandardOpenOption.WRITE)
            : FileChannel.open(
                published.resolve(FILE), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      Random random = new Random(seed);
      byte[] piece = new byte[PIECE_BYTES];
      for (int index = 0; index < PIECES; index++) {
        random.nextBytes(piece);
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        long at = offset(index);
        while (bytes.hasRemaining()) {
          at += channel.write(bytes, at);
        }
      }
      channel.force(true);
    }
  }

  /** Reads it back and compares every byte. */
  void verify(Path published) throws IOException {
    try (FileChannel channel = open(published, StandardOpenOption.READ)) {
      Random random = new Random(seed);
      byte[] expected = new byte[PIECE_BYTES];
      for (int index = 0; index < PIECES; index++) {
        random.nextBytes(expected);
        assertThat(read(channel, index))
            .as("piece %d of what was written to %s with seed %d", index, published, seed)
            .isEqualTo(expected);
      }
    }
  }

  /** A new volume shows nobody anything. */
  void verifyNew(Path published) throws IOException {
    if (!block) {
      assertThat(published.resolve(FILE)).doesNotExist();
      return;
    }
    try (FileChannel channel = open(published, StandardOpenOption.READ)) {
      for (int index = 0; index < PIECES; index++) {
        assertThat(read(channel, index))
            .as("piece %d of the new device %s", index, published)
            .isEqualTo(new byte[PIECE_BYTES]);
      }
    }
  }

  /** Makes sure that a filesystem that is published read-only takes nothing. */
  void verifyReadOnly(Path published) {
    if (!block) {
      assertThatThrownBy(() -> Files.writeString(published.resolve("more"), "more"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("Read-only");
    }
  }

  private FileChannel open(Path published, OpenOption how) throws IOException {
    return FileChannel.open(block ? published : published.resolve(FILE), how);
  }

  private byte[] read(FileChannel channel, int index) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    long at = offset(index);
    int read = 0;
    while (piece.hasRemaining() && read >= 0) {
      read = channel.read(piece, at);
      at += Math.max(read, 0);
    }
    return piece.array();
  }

  /** Pieces side by side in a file, and on a device spread evenly, the last one at its end. */
  private long offset(int index) {
    long step = block ? (capacityBytes - PIECE_BYTES) / (PIECES - 1) : PIECE_BYTES;
    return index == PIECES - 1 && block ? capacityBytes - PIECE_BYTES : index * step;
  }
}
