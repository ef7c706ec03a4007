package dev.spindle.vm;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A shell in a guest: one connection for each script. */
record GuestShell(InetSocketAddress address) {
  private static final Pattern STATUS = Pattern.compile("\nexit status (\\d+)\n$");
  private static final byte[] GREETING = "ready\n".getBytes(StandardCharsets.UTF_8);
  private static final int TRIES = 100;

  /** How a script ended in the guest. */
  record Ended(int status, String output) {}

  /** Runs a script with bash. */
  Ended run(String script) throws IOException, InterruptedException {
    try (SocketChannel channel = greeted()) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(script + "\0");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      String answer =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      Matcher status = STATUS.matcher(answer);
      if (!status.find()) {
        throw new IOException("the guest did not answer " + script + ": " + answer);
      }
      return new Ended(
          Integer.parseInt(status.group(1)), answer.substring(0, status.start()).strip());
    }
  }

  /** The host's end of the connection is there before anybody listens in the guest. */
  private SocketChannel greeted() throws IOException, InterruptedException {
    IOException last = new IOException("no try was made");
    for (int attempt = 0; attempt < TRIES; attempt++) {
      SocketChannel channel = SocketChannel.open(address);
      try {
        InputStream in = Channels.newInputStream(channel);
        if (in.readNBytes(GREETING.length).length == GREETING.length) {
          return channel;
        }
        last = new IOException("the shell in the guest says nothing");
      } catch (IOException refused) {
        last = refused;
      }
      channel.close();
      Thread.sleep(100);
    }
    throw last;
  }
}
