package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketPathTest {
  private final Path directory;

  SocketPathTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void everySpellingOfAnEndpointIsUnderstood() {
    Path expected = Path.of("/csi/csi.sock");
    assertThat(SocketPath.of("unix:///csi/csi.sock").path()).isEqualTo(expected);
    assertThat(SocketPath.of("unix:/csi/csi.sock").path()).isEqualTo(expected);
    assertThat(SocketPath.of("/csi/csi.sock").path()).isEqualTo(expected);
    assertThat(SocketPath.of("/csi/csi.sock")).hasToString("unix:///csi/csi.sock");
  }

  @Test
  void whatIsNoSocketPathIsRefused() {
    assertThatThrownBy(() -> SocketPath.of("csi.sock")).hasMessageContaining("absolute");
    assertThatThrownBy(() -> SocketPath.of("tcp://1.2.3.4:1")).hasMessageContaining("absolute");
    assertThatThrownBy(() -> SocketPath.of("/csi/csi")).hasMessageContaining(".sock");
  }

  @Test
  void aPathThatTheKernelCannotTakeIsRefusedWithItsLength() {
    String longest = "/" + "x".repeat(101) + ".sock";
    assertThat(SocketPath.of(longest).path()).isEqualTo(Path.of(longest));
    assertThatThrownBy(() -> SocketPath.of("/x" + longest))
        .hasMessageContaining("109 bytes")
        .hasMessageContaining("107");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    SocketPath socket = SocketPath.of(directory.resolve("gone/csi.sock").toString());
    assertThatThrownBy(socket::checkDirectory).hasMessageContaining(directory + "/gone");
    SocketPath.of(directory.resolve("csi.sock").toString()).checkDirectory();
  }

  @Test
  void whereNothingIsThereIsNothingToClear() throws IOException {
    ExistingSocket.clear(socket());
    assertThat(socket().path()).doesNotExist();
  }

  @Test
  void aSocketAtWhichSomebodyListensIsLeftAlone() throws IOException {
    try (ServerSocketChannel live = listen()) {
      assertThatThrownBy(() -> ExistingSocket.clear(socket()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("listens");
      assertThat(live.isOpen()).isTrue();
    }
    assertThat(socket().path()).exists();
  }

  @Test
  void aSocketThatADeadProcessLeftIsRemoved() throws IOException {
    listen().close();
    assertThat(socket().path()).exists();
    ExistingSocket.clear(socket());
    assertThat(socket().path()).doesNotExist();
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws IOException {
    Files.writeString(socket().path(), "mine");
    assertThatThrownBy(() -> ExistingSocket.clear(socket())).hasMessageContaining("no socket");
    assertThat(socket().path()).hasContent("mine");
  }

  @Test
  void aLinkIsLeftAlone() throws IOException {
    Files.createSymbolicLink(socket().path(), directory.resolve("elsewhere"));
    assertThatThrownBy(() -> ExistingSocket.clear(socket())).hasMessageContaining("no socket");
  }

  private SocketPath socket() {
    return SocketPath.of(directory.resolve("csi.sock").toString());
  }

  private ServerSocketChannel listen() throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket().path()));
    return channel;
  }
}
