package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A virtual machine that runs. Its root file system starts afresh each time and what is written to
 * it is thrown away; only the disks that a test gives it last.
 */
final class Guest implements AutoCloseable {
  private static final Duration BOOT = Duration.ofMinutes(5);
  private static final int SHELL = 7001;
  private static final int DRIVER = 7000;

  private final Process process;
  private final Path console;
  private final Path socket;
  private final Qmp qmp;
  private final GuestShell shell;
  private final InetSocketAddress driver;

  private Guest(Process process, Path console, Path socket)
      throws IOException, InterruptedException {
    this.process = process;
    this.console = console;
    this.socket = socket;
    try {
      awaitReady();
      this.qmp = new Qmp(socket);
      String forwarded = qmp.monitor("info usernet");
      this.shell = new GuestShell(forwarded(forwarded, SHELL));
      this.driver = forwarded(forwarded, DRIVER);
    } catch (IOException | InterruptedException | RuntimeException | AssertionError failed) {
      kill();
      throw failed;
    }
  }

  /**
   * Starts a guest and returns when it can be used.
   *
   * @param directory for its socket, and short
   */
  static Guest boot(Path directory, List<VirtualDisk> disks)
      throws IOException, InterruptedException {
    Path console = Files.createTempFile(logs(), "console-", ".log");
    Path socket = directory.resolve("qmp");
    List<String> command = QemuCommand.of(GuestImage.get(), disks, console, socket);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(console.resolveSibling(console.getFileName() + ".qemu").toFile())
            .start();
    return new Guest(process, console, socket);
  }

  private static Path logs() throws IOException {
    return Files.createDirectories(GuestImage.target().resolve("guests"));
  }

  private void awaitReady() throws IOException, InterruptedException {
    Instant late = Instant.now().plus(BOOT);
    while (!Files.readString(console, StandardCharsets.ISO_8859_1)
        .contains("The guest is ready.")) {
      assertThat(process.isAlive()).as("the guest runs; see %s*", console).isTrue();
      assertThat(Instant.now()).as("the guest comes up; see %s", console).isBefore(late);
      Thread.sleep(50);
    }
  }

  private static InetSocketAddress forwarded(String forwarded, int inside) {
    Matcher line =
        Pattern.compile("127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+" + inside).matcher(forwarded);
    assertThat(line.find()).as("port %d in %s", inside, forwarded).isTrue();
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line.group(1)));
  }

  /** Where the host reaches the driver's socket. */
  InetSocketAddress driver() {
    return driver;
  }

  /** Runs a script with bash in the guest, which must end well, and returns what it wrote. */
  String run(String script) throws IOException, InterruptedException {
    GuestShell.Ended ended = tried(script);
    assertThat(ended.status()).as("%s%n%s", script, ended.output()).isZero();
    return ended.output();
  }

  /** Runs a script with bash in the guest. */
  GuestShell.Ended tried(String script) throws IOException, InterruptedException {
    return shell.run(script);
  }

  /** Pulls a disk out, and returns when it is gone. */
  void pull(VirtualDisk disk) throws IOException {
    JsonObject device = new JsonObject();
    device.addProperty("id", disk.name());
    qmp.execute("device_del", device);
    qmp.awaitDeleted(disk.name());
    JsonObject image = new JsonObject();
    image.addProperty("node-name", disk.image());
    qmp.execute("blockdev-del", image);
  }

  /** Puts a disk in, and returns when udev is done with it. */
  void plug(VirtualDisk disk) throws IOException, InterruptedException {
    qmp.execute("blockdev-add", disk.blockdev());
    qmp.execute("device_add", disk.device());
    run("for i in $(seq 200); do [ -e " + disk.link() + " ] && break; sleep 0.1; done");
    run("udevadm settle; [ -e " + disk.link() + " ]");
  }

  /** Enlarges a disk, and returns when the kernel knows; of SCSI disks it has to be told. */
  void enlarge(VirtualDisk disk, long bytes) throws IOException, InterruptedException {
    JsonObject size = new JsonObject();
    size.addProperty("node-name", disk.image());
    size.addProperty("size", bytes);
    qmp.execute("block_resize", size);
    String known = "/sys/block/" + kernelName(disk);
    run("! [ -e %1$s/device/rescan ] || echo 1 >%1$s/device/rescan".formatted(known));
    String grown = "[ $(cat " + known + "/size) -eq " + bytes / 512 + " ]";
    run("for i in $(seq 200); do " + grown + " && break; sleep 0.1; done; " + grown);
  }

  /** The kernel's name for a disk at present, as sda. */
  String kernelName(VirtualDisk disk) throws IOException, InterruptedException {
    return run("basename $(readlink -f " + disk.link() + ")");
  }

  /** As pulling the plug: what reached the disks stays, what was in memory is gone. */
  void powerCut() throws InterruptedException {
    kill();
  }

  private void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      kill();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    qmp.close();
    Files.deleteIfExists(socket);
  }
}
