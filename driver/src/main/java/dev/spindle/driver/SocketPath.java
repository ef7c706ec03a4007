package dev.spindle.driver;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file name of the driver's socket: absolute, and short enough for the kernel. */
public record SocketPath(Path path) {
  /** Bytes of sun_path without its closing NUL (unix(7)). */
  static final int MAX_BYTES = 107;

  private static final String SCHEME = "unix:";

  /**
   * Reads an endpoint as CSI_ENDPOINT spells it (CSI spec, Configuration and Operation): {@code
   * unix:///csi/csi.sock}, or the bare path. Touches no file.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with it
   */
  public static SocketPath of(String endpoint) {
    String path = endpoint;
    if (endpoint.startsWith(SCHEME)) {
      path = endpoint.substring(SCHEME.length());
      path = path.startsWith("//") ? path.substring(2) : path;
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "the endpoint is a socket's absolute path, as unix:///csi/csi.sock: " + endpoint);
    }
    if (!path.endsWith(".sock")) {
      throw new IllegalArgumentException("the endpoint must end in .sock: " + endpoint);
    }
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the endpoint's path has "
              + bytes
              + " bytes, and a socket's path may have "
              + MAX_BYTES
              + ": "
              + path);
    }
    return new SocketPath(Path.of(path));
  }

  /**
   * Looks whether the socket can be made there.
   *
   * @throws IllegalArgumentException if its directory is not there
   */
  public void checkDirectory() {
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "the directory of the endpoint does not exist: " + directory);
    }
  }

  @Override
  public String toString() {
    return "unix://" + path;
  }
}
