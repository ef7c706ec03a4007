package dev.spindle.driver.demo;

import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.driver.LogFormat;
import dev.spindle.driver.RunningDriver;
import dev.spindle.driver.Settings;
import dev.spindle.driver.SocketPath;
import dev.spindle.driver.Wiring;
import dev.spindle.driver.listing.DisksTable;
import dev.spindle.linux.FilesystemType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Takes a filesystem volume and a block volume through their whole lives, and tells about it. */
public final class Demo {
  private static final String DRIVER_NAME = "demo.spindle.dev";
  private static final String NODE = "demo";
  private static final String TEXT = "one volume, one spindle\n";
  private static final long FILES_BYTES = 256 * Geometry.MIB;

  /** More than the smallest disk has, so that the next one is taken. */
  private static final long BLOCK_BYTES = 600 * Geometry.MIB;

  private static final long SCRUB_PATIENCE_SECONDS = 120;

  private final PrintWriter out;
  private final DemoDisks disks;
  private final RunningDriver driver;
  private final DemoClient client;

  private Demo(PrintWriter out, DemoDisks disks, RunningDriver driver, DemoClient client) {
    this.out = out;
    this.disks = disks;
    this.driver = driver;
    this.client = client;
  }

  /**
   * Runs the demonstration and leaves nothing behind. Needs root.
   *
   * @throws IOException with a sentence, if something is missing or goes wrong
   */
  public static void run(PrintWriter out) throws IOException, InterruptedException {
    if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
      throw new IOException("the demo makes loop devices and mounts, so it has to run as root");
    }
    long start = System.nanoTime();
    try (Cleanup cleanup = new Cleanup(out)) {
      run(out, cleanup);
    }
    out.printf(Locale.ROOT, "Done and cleaned up in %.1f s.%n", (System.nanoTime() - start) / 1e9);
    out.flush();
  }

  private static void run(PrintWriter out, Cleanup cleanup)
      throws IOException, InterruptedException {
    try {
      DemoDisks disks = DemoDisks.make(cleanup);
      Settings settings = settings(disks);
      RunningDriver driver = Wiring.start(settings);
      cleanup.later("the driver", driver::stop);
      DemoClient client = new DemoClient(settings.socket(), out);
      cleanup.later("the connection", client::close);
      out.println(DRIVER_NAME + " serves " + settings.socket());
      new Demo(out, disks, driver, client).tell();
    } catch (IOException | RuntimeException failed) {
      if (cleanup.begun()) {
        throw new IOException("stopped before its end", failed);
      }
      throw failed;
    }
  }

  private static Settings settings(DemoDisks disks) {
    List<DiskPattern> patterns =
        disks.nodes().stream().map(node -> DiskPattern.of(node.toString())).toList();
    Policy policy =
        new Policy(
            new Owner(DRIVER_NAME, NODE), patterns, List.of(), 64 * Geometry.MIB, true, false);
    return new Settings(
        SocketPath.of(disks.directory().resolve("csi.sock").toString()),
        NODE,
        policy,
        LogFormat.TEXT,
        Optional.empty(),
        0,
        false);
  }

  private void tell() throws IOException, InterruptedException {
    client.awaitReady();
    show("Three blank disks:");
    VolumeCapability mount = mount();
    VolumeCapability block = block();
    Volume files = client.create("demo-files", FILES_BYTES, mount);
    Volume raw = client.create("demo-block", BLOCK_BYTES, block);
    Path filesStaging = Files.createDirectory(disks.directory().resolve("files-staging"));
    Path rawStaging = Files.createDirectory(disks.directory().resolve("block-staging"));
    Path filesTarget = disks.directory().resolve("files");
    Path rawTarget = disks.directory().resolve("block");
    client.stage(files, filesStaging, mount);
    client.publish(files, filesStaging, filesTarget, mount);
    client.stage(raw, rawStaging, block);
    client.publish(raw, rawStaging, rawTarget, block);
    useFiles(filesTarget);
    useBlock(rawTarget);
    show("Two volumes, each with a disk of its own:");
    client.unpublish(files, filesTarget);
    client.unstage(files, filesStaging);
    client.delete(files);
    client.unpublish(raw, rawTarget);
    client.unstage(raw, rawStaging);
    client.delete(raw);
    awaitScrubbed();
    show("Erased, checked, and free again:");
  }

  private static VolumeCapability mount() throws IOException {
    Set<FilesystemType> available = Wiring.filesystems().available();
    FilesystemType type =
        Arrays.stream(FilesystemType.values())
            .filter(available::contains)
            .findFirst()
            .orElseThrow(() -> new IOException(Wiring.filesystems().missing(FilesystemType.EXT4)));
    return single().setMount(MountVolume.newBuilder().setFsType(type.fsName())).build();
  }

  private static VolumeCapability block() {
    return single().setBlock(BlockVolume.getDefaultInstance()).build();
  }

  private static VolumeCapability.Builder single() {
    return VolumeCapability.newBuilder()
        .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER));
  }

  private void useFiles(Path target) throws IOException {
    Path file = target.resolve("hello.txt");
    Files.writeString(file, TEXT);
    confirm(file, Files.readString(file));
  }

  private void useBlock(Path target) throws IOException {
    byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
    ByteBuffer back = ByteBuffer.allocate(text.length);
    try (FileChannel device =
        FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        device.write(bytes, bytes.position());
      }
      device.force(false);
      int read;
      do {
        read = device.read(back, back.position());
      } while (read > 0 && back.hasRemaining());
    }
    confirm(target, new String(back.array(), StandardCharsets.UTF_8));
  }

  private void confirm(Path path, String readBack) throws IOException {
    if (!readBack.equals(TEXT)) {
      throw new IOException(path + " does not read back as it was written");
    }
    out.println("wrote to " + path + " and read back: " + readBack.strip());
  }

  private void awaitScrubbed() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!demoDisks().stream().allMatch(disk -> disk.verdict() instanceof Eligible)) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(SCRUB_PATIENCE_SECONDS)) {
        throw new IOException(
            "the disks are not free again after " + SCRUB_PATIENCE_SECONDS + " seconds");
      }
      Thread.sleep(50);
    }
  }

  private List<Examined> demoDisks() {
    return driver.pool().inventory().disks().stream()
        .filter(disk -> disks.nodes().contains(disk.disk().device().node()))
        .toList();
  }

  private void show(String headline) {
    out.println();
    out.println(headline);
    out.print(DisksTable.print(demoDisks()));
    out.println();
    out.flush();
  }
}
