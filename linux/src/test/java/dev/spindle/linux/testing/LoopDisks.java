package dev.spindle.linux.testing;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.Mount;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.exec.LoopDevices;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.sysfs.SysBlock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Throw-away loop disks and folders, for one test each with {@code @RegisterExtension LoopDisks
 * disks}, for a class of tests with a static field. Afterwards, whether the test failed or not,
 * unmounts what is mounted of them and in them, deletes their partitions, detaches them and deletes
 * their files; if it cannot, the test fails. {@code -Dkernel.tests.keep=true} leaves the wreck to
 * look at. Without root tests fail, and with {@code -Dkernel.tests=skip} they are skipped.
 */
public final class LoopDisks
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final int PATIENCE = 50;

  private final NativeLinux linux = new NativeLinux();
  private final LoopDevices loops = new LoopDevices(new Programs(), linux.blockDevices());
  private final List<LoopDisk> disks = new ArrayList<>();
  private @Nullable Path home;
  private boolean perClass;

  /** A new disk of zeroes, which takes no room until it is written to. */
  public LoopDisk create(long sizeBytes, int sectorSize) throws IOException {
    Path file = home().resolve("disk" + disks.size());
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(sizeBytes);
    }
    return attach(file, sectorSize);
  }

  /** A disk over a file that is there already, and stays. */
  public LoopDisk attach(Path file, int sectorSize) throws IOException {
    LoopDisk disk = new LoopDisk(file, sectorSize);
    disks.add(disk);
    return reattach(disk);
  }

  /** Makes an attached disk larger, as an administrator does with a virtual disk or a LUN. */
  public void enlarge(LoopDisk disk, long toBytes) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(disk.file().toFile(), "rw")) {
      sparse.setLength(toBytes);
    }
    Programs programs = new Programs();
    String losetup = programs.find("losetup").orElseThrow().toString();
    programs.run(
        List.of(losetup, "--set-capacity", disk.node().toString()), Duration.ofSeconds(30));
  }

  /** Takes a disk away, as pulling it would; its content stays. EBUSY while it is in use. */
  public void detach(LoopDisk disk) throws IOException {
    if (stillOurs(disk)) {
      loops.detach(disk.node());
    }
    disk.moved(null, 0);
  }

  /** The same, though a driver that looks at all disks may have it open for a moment. */
  public void pull(LoopDisk disk) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        detach(disk);
        return;
      } catch (KernelException refused) {
        if (refused.errno() != Errno.EBUSY || tries == PATIENCE) {
          throw refused;
        }
      }
      pause();
    }
  }

  /**
   * Whether nobody detached it behind our back: its number goes to whoever asks next, and what is
   * there then must not be touched.
   */
  private boolean stillOurs(LoopDisk disk) {
    try {
      return disk.attached() && sequence(disk.node()) == disk.sequence();
    } catch (IOException unknown) {
      return false;
    }
  }

  private static long sequence(Path node) throws IOException {
    return new SysBlock(Path.of("/"))
        .read(node.getFileName().toString())
        .orElseThrow(() -> new IOException(node + " is gone"))
        .diskSequence();
  }

  /** Brings a disk back, maybe at another node. */
  public LoopDisk reattach(LoopDisk disk) throws IOException {
    Path node = loops.attach(disk.file(), disk.sectorSize());
    disk.moved(node, sequence(node));
    return disk;
  }

  /**
   * Takes two disks away and brings each back under the other's name. Where somebody else takes a
   * name meanwhile, it is done again under new ones.
   */
  public void swap(LoopDisk one, LoopDisk two) throws IOException {
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      Path first = one.node();
      Path second = two.node();
      detach(one);
      detach(two);
      boolean swapped = attachAt(one, second) && attachAt(two, first);
      for (LoopDisk disk : List.of(one, two)) {
        if (!disk.attached()) {
          reattach(disk);
        }
      }
      if (swapped) {
        return;
      }
    }
    throw new IOException("others keep taking the names of " + one.file() + " and " + two.file());
  }

  private boolean attachAt(LoopDisk disk, Path node) throws IOException {
    try {
      new Programs()
          .run(
              List.of(
                  new Programs().find("losetup").orElseThrow().toString(),
                  "--sector-size",
                  String.valueOf(disk.sectorSize()),
                  node.toString(),
                  disk.file().toString()),
              Duration.ofSeconds(30));
    } catch (ProgramException taken) {
      return false;
    }
    disk.moved(node, sequence(node));
    return true;
  }

  /** A directory to mount things on, empty when it is first asked for. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(home().resolve(name));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    perClass = true;
    begin();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    begin();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!perClass) {
      clean();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    clean();
  }

  private static void begin() {
    Assumptions.assumeFalse(RequireRoot.Rule.skipped(), "-Dkernel.tests=skip");
    RequireRoot.Rule.check();
  }

  private Path home() throws IOException {
    if (home == null) {
      home = Files.createTempDirectory("spindle-test-").toRealPath();
    }
    return home;
  }

  /** Undoes everything; what could not be undone is tried again by the next call. */
  void clean() {
    if (Boolean.getBoolean("kernel.tests.keep")) {
      return;
    }
    List<String> left = new ArrayList<>();
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      left = unmountAll();
      left.addAll(detachAll());
      if (left.isEmpty()) {
        break;
      }
      pause();
    }
    if (left.isEmpty()) {
      disks.clear();
    }
    left.addAll(deleteHome(left.isEmpty()));
    if (!left.isEmpty()) {
      throw new AssertionError("left behind: " + left);
    }
  }

  private List<String> unmountAll() {
    List<String> left = new ArrayList<>();
    try {
      List<Mount> mounts = new ArrayList<>(new ProcMounts(Path.of("/")).read());
      Collections.reverse(mounts);
      for (Mount mount : mounts) {
        if (ours(mount)) {
          try {
            linux.mounts().unmount(mount.target());
          } catch (IOException e) {
            left.add(e.getMessage());
          }
        }
      }
    } catch (IOException e) {
      left.add("" + e);
    }
    return left;
  }

  /** Mounted in one of our folders, or from one of our nodes, or one of our nodes itself. */
  private boolean ours(Mount mount) {
    if (home != null && mount.target().startsWith(home)) {
      return true;
    }
    return disks.stream()
        .filter(this::stillOurs)
        .flatMap(disk -> Stream.of(disk.node().toString(), "/" + disk.name()))
        .anyMatch(name -> isOrPartition(mount.source(), name) || isOrPartition(mount.root(), name));
  }

  private static boolean isOrPartition(String name, String disk) {
    return name.equals(disk) || name.matches(disk + "p[0-9]+");
  }

  private List<String> detachAll() {
    List<String> left = new ArrayList<>();
    List<LoopDisk> newestFirst = new ArrayList<>(disks);
    Collections.reverse(newestFirst);
    for (LoopDisk disk : newestFirst) {
      if (disk.attached()) {
        try {
          detach(disk);
        } catch (IOException e) {
          left.add(e.getMessage());
        }
      }
    }
    return left;
  }

  /** Never walks into a folder where something may still be mounted. */
  private List<String> deleteHome(boolean clean) {
    if (home == null || !clean) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
      home = null;
      return List.of();
    } catch (IOException e) {
      return List.of("" + e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
