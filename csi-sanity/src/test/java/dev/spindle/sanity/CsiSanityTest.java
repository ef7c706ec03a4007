package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import csi.v1.GetCapacityResponse;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.testing.LoopDisks;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official csi-sanity against the shipped driver on loop devices.
 *
 * <p>Most specs of the suite are skipped where a capability is not announced, and a capability that
 * is forgotten skips specs without a word. So the specs that ran are compared with a list of them
 * by name. The 46 of specs.txt are those of a driver that announces CREATE_DELETE_VOLUME,
 * GET_CAPACITY, LIST_VOLUMES, STAGE_UNSTAGE_VOLUME, GET_VOLUME_STATS, EXPAND_VOLUME (on the node)
 * and SINGLE_NODE_MULTI_WRITER (both); v5.5.0 and v5.6.0 agree in them, and v5.4.0 lacks one.
 * Whoever changes VERSION or what the driver announces sees here which specs came and went, and
 * brings the list up to date.
 */
class CsiSanityTest {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 132 * MIB;

  /** A disk's first two MiB and its last two are the ledger's. */
  private static final long VOLUME_BYTES = DISK_BYTES - 4 * MIB;

  /** The suite holds one volume at a time; the others are there to be confused with it. */
  private static final int DISKS = 4;

  private static final int LAST_LINES = 60;

  @RegisterExtension final LoopDisks disks = new LoopDisks();

  @ParameterizedTest(name = "{0}, sectors of {1} bytes")
  @CsvSource({"mount, 512", "block, 512", "mount, 4096"})
  void conforms(String accessType, int sectorSize) throws Exception {
    OfficialSuite suite = OfficialSuite.installed();
    Path results = results(accessType + "-" + sectorSize);
    Path scratch = disks.folder("csi");
    Path log = results.resolve("driver.log");
    try (RunningDriver driver = RunningDriver.start(nodes(sectorSize), scratch, log)) {
      assertAllFree(driver);
      Report report =
          suite.run(driver.socket(), new TestedVolume(accessType, VOLUME_BYTES), scratch, results);
      System.out.printf(
          "csi-sanity %s, %s, sectors of %d bytes: %s%n",
          OfficialSuite.version(), accessType, sectorSize, report.summary());
      if (!report.failures().isEmpty()) {
        fail("%s%n%n%s", report.summary(), report.failureText());
      }
      assertThat(report.ran()).containsExactlyInAnyOrderElementsOf(expectedSpecs());
      assertThat(driver.volumes()).isEmpty();
      assertAllFree(driver);
      assertThat(mountsBelow(scratch)).isEmpty();
    } catch (AssertionError | StatusRuntimeException failed) {
      System.err.printf("The end of the driver's log, %s:%n%s%n", log, tail(log));
      throw failed;
    }
  }

  private List<String> nodes(int sectorSize) throws IOException {
    List<String> nodes = new ArrayList<>();
    for (int disk = 0; disk < DISKS; disk++) {
      nodes.add(disks.create(DISK_BYTES, sectorSize).node().toString());
    }
    return nodes;
  }

  /** Every disk, whole: none is claimed, none is still being erased, so none is mounted either. */
  private static void assertAllFree(RunningDriver driver) throws InterruptedException {
    GetCapacityResponse capacity = driver.capacityOnce(DISKS * VOLUME_BYTES);
    assertThat(capacity.getAvailableCapacity()).isEqualTo(DISKS * VOLUME_BYTES);
    assertThat(capacity.getMaximumVolumeSize().getValue()).isEqualTo(VOLUME_BYTES);
  }

  private static List<Path> mountsBelow(Path directory) throws IOException {
    return new ProcMounts(Path.of("/"))
        .read().stream().map(Mount::target).filter(path -> path.startsWith(directory)).toList();
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  private static List<String> expectedSpecs() throws IOException {
    try (InputStream list =
        Objects.requireNonNull(CsiSanityTest.class.getResourceAsStream("specs.txt"))) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** Stays after the run, to be looked at. */
  private static Path results(String run) throws IOException {
    return Files.createDirectories(Checkout.module().resolve("target/csi-sanity").resolve(run));
  }
}
