package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import csi.v1.ControllerGrpc;
import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Patience;
import dev.spindle.sanity.Tally;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The driver, serving in the guest, and a talk with it from the host. */
final class GuestDriver implements AutoCloseable {
  private static final String PROGRAM = "/opt/spindle/bin/spindle ";
  private static final String SILENT = "it has not answered for 10 seconds";
  private static final String LOG = "/run/spindle.log";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Returns when it listens, or has ended. */
  private static final String START =
      """
      rm -f /csi/csi.sock
      setsid %s serve --endpoint unix:///csi/csi.sock %s >>%s 2>&1 &
      while kill -0 $! 2>/dev/null && ! [ -S /csi/csi.sock ]; do sleep 0.1; done
      echo $!
      """;

  private final Guest guest;
  private final String options;
  private final long pid;
  private final ManagedChannel channel;
  private final Tally tally = new Tally();

  /**
   * A disk as {@code spindle disks} shows it.
   *
   * @param reasons all, as one text
   */
  record Line(String name, String serial, String verdict, String reasons, String volumeId) {}

  private GuestDriver(Guest guest, String options) throws IOException, InterruptedException {
    this.guest = guest;
    this.options = options;
    this.pid = Long.parseLong(guest.run(START.formatted(PROGRAM, options, LOG)));
    this.channel =
        NettyChannelBuilder.forAddress(guest.driver())
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
  }

  /** Starts it with words for --disks; returns when it has looked at its disks. */
  static GuestDriver start(Guest guest, String... disks) throws IOException, InterruptedException {
    String options =
        "--node-name guest --min-disk-size 16Mi --disks '" + String.join(",", disks) + "'";
    GuestDriver driver = new GuestDriver(guest, options);
    try {
      driver.capacity();
      return driver;
    } catch (RuntimeException | InterruptedException failed) {
      System.out.println(driver.log());
      driver.close();
      throw failed;
    }
  }

  Guest guest() {
    return guest;
  }

  Channel channel() {
    return channel;
  }

  CsiClient client() {
    return new CsiClient(channel, tally);
  }

  /** What is free, as soon as it can tell. */
  GetCapacityResponse capacity() throws InterruptedException {
    return new Patience(Patience.USUAL.notNow(), PATIENCE)
        .call(
            () ->
                ControllerGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .getCapacity(GetCapacityRequest.getDefaultInstance()));
  }

  /** Waits until so much is free: at last a disk may still be erased. */
  void awaitRoom(long bytes) throws InterruptedException {
    Instant late = Instant.now().plus(PATIENCE);
    long available = capacity().getAvailableCapacity();
    while (available != bytes) {
      assertThat(Instant.now()).as("%d bytes are free", available).isBefore(late);
      Thread.sleep(200);
      available = capacity().getAvailableCapacity();
    }
  }

  /**
   * The guest's disks as {@code spindle disks -o json} shows them beside the driver. An emulated
   * machine under load may take longer to start a program than a disk may take to answer; then it
   * is asked again.
   */
  List<Line> disks() throws IOException, InterruptedException {
    List<Line> lines = lines();
    Instant late = Instant.now().plus(PATIENCE);
    while (lines.toString().contains(SILENT) && Instant.now().isBefore(late)) {
      lines = lines();
    }
    return lines;
  }

  private List<Line> lines() throws IOException, InterruptedException {
    List<Line> lines = new ArrayList<>();
    String json = guest.run(PROGRAM + "disks -o json " + options + " 2>/dev/null");
    for (JsonElement disk : JsonParser.parseString(json).getAsJsonArray()) {
      JsonObject line = disk.getAsJsonObject();
      lines.add(
          new Line(
              text(line, "name"),
              text(line, "serial"),
              text(line, "verdict"),
              line.get("reasons").toString(),
              text(line, "volumeId")));
    }
    return lines;
  }

  /** Reads a volume's place on a disk, every byte of it, past the page cache. */
  void assertErased(String disk, long volumeBytes) throws IOException, InterruptedException {
    guest.run(
        "dd if=%s bs=1M skip=2 count=%d iflag=direct status=none | cmp -n %d - /dev/zero"
            .formatted(disk, volumeBytes >> 20, volumeBytes));
  }

  private static String text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }

  /** What it has logged in this guest. */
  String log() throws IOException, InterruptedException {
    return guest.run("cat " + LOG);
  }

  /** Ends it and what it had started, as kill -9 does, and runs a script in the same instant. */
  void kill(String script) throws IOException, InterruptedException {
    guest.run("kill -KILL -" + pid + "\n" + script);
    disconnect();
  }

  /** Asks it to end, and waits for it. */
  void stop() throws IOException, InterruptedException {
    guest.run("kill " + pid + "; while kill -0 " + pid + " 2>/dev/null; do sleep 0.1; done");
    disconnect();
  }

  private void disconnect() {
    channel.shutdownNow();
  }

  @Override
  public void close() {
    disconnect();
  }
}
