package dev.spindle.driver.answers;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetCapacityRequest;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Disks that come, grow and leave while the driver runs, named by a pattern below /dev/disk/by-id,
 * where this test stands in for udev. How long the driver takes is printed, not asserted.
 */
@RequireRoot
final class HotplugTest {
  private static final Path BY_ID = Path.of("/dev/disk/by-id");
  private static final String PREFIX = "spindle-test-" + ProcessHandle.current().pid() + "-";
  private static final int ROUNDS = 5;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final List<Path> links = new ArrayList<>();
  private final Map<String, List<Long>> took = new TreeMap<>();

  @AfterEach
  void unlink() throws IOException {
    for (Path link : links) {
      Files.deleteIfExists(link);
    }
    try {
      Files.delete(BY_ID);
      Files.delete(BY_ID.getParent());
    } catch (DirectoryNotEmptyException othersNames) {
      assertThat(BY_ID).exists();
    }
  }

  @Test
  void disksThatComeGrowAndLeaveAreSeenAndTheCapacityFollows() throws IOException {
    try (LiveDriver driver = new LiveDriver(loops)) {
      driver.named(BY_ID + "/" + PREFIX + "*");
      driver.start();
      assertThat(capacity(driver)).isZero();
      for (int round = 0; round < ROUNDS; round++) {
        LoopDisk disk = loops.create(64 * LiveDriver.MIB, 512);
        String name = disk.name();
        Path link = link(disk);
        measure("come", () -> has(driver, name, Eligible.class::isInstance));
        assertThat(capacity(driver)).isEqualTo(60 * LiveDriver.MIB);

        grow(disk, 96 * LiveDriver.MIB);
        measure("grow", () -> capacity(driver) == 92 * LiveDriver.MIB);

        Files.delete(link);
        measure("lose their name", () -> has(driver, name, Verdict.Ineligible.class::isInstance));
        assertThat(capacity(driver)).isZero();

        driver.pull(disk);
        measure("leave", () -> gone(driver, name));
      }
    }
    took.forEach(
        (what, millis) -> {
          millis.sort(null);
          System.out.printf(
              "disks that %s are seen after %d ms (median of %d), %d at most%n",
              what, millis.get(millis.size() / 2), millis.size(), millis.get(millis.size() - 1));
        });
  }

  private Path link(LoopDisk disk) throws IOException {
    Path link = Files.createDirectories(BY_ID).resolve(PREFIX + links.size());
    links.add(link);
    return Files.createSymbolicLink(link, Path.of("../..").resolve(disk.name()));
  }

  private static void grow(LoopDisk disk, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.file().toFile(), "rw")) {
      file.setLength(bytes);
    }
    new Programs()
        .run(
            List.of("/usr/sbin/losetup", "--set-capacity", disk.node().toString()),
            Duration.ofSeconds(30));
  }

  private void measure(String what, BooleanSupplier seen) {
    long start = System.nanoTime();
    LiveDriver.await("disks that " + what, seen);
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    took.computeIfAbsent(what, any -> new ArrayList<>()).add(millis);
  }

  private static boolean has(LiveDriver driver, String name, Predicate<Verdict> verdict) {
    return driver.disk(name).map(Examined::verdict).filter(verdict).isPresent();
  }

  /** Another test's disk may take the name at once. */
  private static boolean gone(LiveDriver driver, String name) {
    return driver
        .disk(name)
        .filter(disk -> disk.disk().device().sizeBytes() == 96 * LiveDriver.MIB)
        .isEmpty();
  }

  private static long capacity(LiveDriver driver) {
    return driver
        .call(() -> driver.controller().getCapacity(GetCapacityRequest.getDefaultInstance()))
        .getAvailableCapacity();
  }
}
