package dev.spindle.vm;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A talk with QEMU in its own protocol: a line of JSON each way, and events between. */
final class Qmp implements AutoCloseable {
  private final SocketChannel channel;
  private final BufferedReader lines;
  private final List<JsonObject> events = new ArrayList<>();

  /** Connects to the socket of a QEMU that runs. */
  Qmp(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    next();
    execute("qmp_capabilities", new JsonObject());
  }

  /**
   * Runs a command.
   *
   * @return what QEMU returns, as JSON
   * @throws IOException if QEMU refuses, with its words
   */
  String execute(String command, JsonObject arguments) throws IOException {
    JsonObject request = new JsonObject();
    request.addProperty("execute", command);
    request.add("arguments", arguments);
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(request + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    while (true) {
      JsonObject answer = next();
      if (answer.has("event")) {
        events.add(answer);
      } else if (answer.has("error")) {
        throw new IOException(command + " " + arguments + ": " + answer.get("error"));
      } else {
        return answer.get("return").toString();
      }
    }
  }

  /** Runs a command of the monitor that people use. */
  String monitor(String line) throws IOException {
    JsonObject arguments = new JsonObject();
    arguments.addProperty("command-line", line);
    return execute("human-monitor-command", arguments);
  }

  /** Waits until QEMU says that a device has left the guest. */
  void awaitDeleted(String device) throws IOException {
    while (true) {
      for (Iterator<JsonObject> seen = events.iterator(); seen.hasNext(); ) {
        JsonObject event = seen.next();
        if (isDeletionOf(device, event)) {
          seen.remove();
          return;
        }
      }
      events.add(next());
    }
  }

  private static boolean isDeletionOf(String device, JsonObject event) {
    JsonObject data = event.getAsJsonObject("data");
    return event.get("event").getAsString().equals("DEVICE_DELETED")
        && data.has("device")
        && data.get("device").getAsString().equals(device);
  }

  private JsonObject next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("QEMU has ended");
    }
    return JsonParser.parseString(line).getAsJsonObject();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
