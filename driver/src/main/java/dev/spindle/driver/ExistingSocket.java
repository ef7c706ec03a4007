package dev.spindle.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/** What is where the socket shall be: a socket file outlives the process that made it. */
final class ExistingSocket {
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private ExistingSocket() {}

  /**
   * Makes room for a new socket. Removes a socket at which nobody listens any more, and nothing
   * else.
   *
   * @throws IOException with a sentence, if something is there that is not ours to remove
   */
  static void clear(SocketPath socket) throws IOException {
    Path path = socket.path();
    int mode;
    try {
      mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException nothingThere) {
      return;
    }
    if ((mode & FILE_TYPE) != SOCKET) {
      throw new IOException(path + " is there already and is no socket; it is left as it is");
    }
    if (listening(path)) {
      throw new IOException(
          "another process listens at " + path + "; is the driver running already?");
    }
    Files.deleteIfExists(path);
  }

  private static boolean listening(Path path) throws IOException {
    try (UnixSocketChannel channel =
        UnixSocketChannel.open(new UnixSocketAddress(path.toString()))) {
      return channel.isConnected();
    } catch (IOException failed) {
      String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("refused")) {
        return false;
      }
      throw new IOException(
          "whether anyone listens at " + path + " cannot be told: " + failed.getMessage(), failed);
    }
  }
}
