package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A slow scrub of the real process: answered, shown, killed, and taken up where it was. */
@RequireRoot
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class ScrubRateTest {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 516 * MIB;
  private static final long VOLUME_BYTES = 512 * MIB;
  private static final Pattern TAKEN_UP =
      Pattern.compile("scrubbing /dev/loop\\d+: ([0-9.]+)(Mi|Ki|B) of 512Mi");

  @RegisterExtension final LoopDisks loops = new LoopDisks();
  private Path log;
  private LoopDisk disk;
  private Site site;

  @BeforeEach
  void site() throws IOException {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/scrub"));
    log = Files.createTempFile(directory, "driver-", ".log");
    disk = loops.create(DISK_BYTES, 512);
    site = Site.of(List.of(disk), loops.folder("node"));
  }

  private RunningDriver start(String... more) throws IOException {
    List<String> serve = new ArrayList<>(site.serve());
    serve.addAll(List.of(more));
    return RunningDriver.startWith(serve, site.socket(), log);
  }

  @Test
  void aSlowScrubIsAnsweredShownKilledAgainAndAgainAndTakenUpWhereItWas() throws Exception {
    Tally tally = new Tally();
    Tenant tenant = new Tenant(new Wish("pvc-slow", "ext4", 64 * MIB), loops.folder("csi"));
    try (RunningDriver driver = start("--scrub-rate", "8Mi")) {
      driver.awaitReady();
      CsiClient client = driver.client(tally);
      Patience.USUAL.call(() -> tenant.create(client));
      tenant.stage(client);
      tenant.publish(client, 0);
      new Contents(false, 11, 0).write(tenant.target(0));
      tenant.unpublish(client, 0);
      tenant.unstage(client);
      tenant.delete(client);
      // At 8 MiB a second the scrub takes a minute; the answer came while it went on.
      Tree scrub = awaitProgress(0);
      assertThat(number(scrub, "bytes")).isEqualTo(VOLUME_BYTES);
      assertThat(number(scrub, "bytesDone")).isBetween(1L, VOLUME_BYTES - 1);
      driver.kill();
    }
    long done = number(scrubs().get(0), "bytesDone");
    int kills = 1;
    for (; kills < 3; kills++) {
      try (RunningDriver driver = start("--scrub-rate", "8Mi")) {
        Tree scrub = awaitProgress(done);
        assertThat(number(scrub, "bytesPerSecond")).isBetween(1L, 16 * MIB);
        assertThat(number(scrub, "secondsRemaining")).isPositive();
        driver.kill();
      }
      long before = done;
      done = number(scrubs().get(0), "bytesDone");
      assertThat(done).isGreaterThan(before);
    }
    Zeroes.assertIn(disk.file(), 2 * MIB, done);
    assertTable();
    try (RunningDriver driver = start()) {
      assertThat(driver.capacityOnce(VOLUME_BYTES).getAvailableCapacity()).isEqualTo(VOLUME_BYTES);
    }
    Zeroes.assertIn(disk.file(), 2 * MIB, VOLUME_BYTES);
    assertThat(takenUp()).hasSize(kills + 1).isSorted().startsWith(0.0).doesNotHaveDuplicates();
    Proof.count("kills of a slow scrub", kills, 3);
  }

  private List<Tree> scrubs() throws IOException, InterruptedException {
    return Spindle.volumes(site).stream()
        .filter(volume -> volume.at("state").text().equals("scrubbing"))
        .map(volume -> volume.at("scrub"))
        .toList();
  }

  private static long number(Tree scrub, String name) {
    return scrub.at(name).value() instanceof Number found ? found.longValue() : 0;
  }

  /** As another process sees it that reads the disk beside the driver. */
  private Tree awaitProgress(long from) throws IOException, InterruptedException {
    Instant late = Instant.now().plus(Duration.ofMinutes(1));
    while (true) {
      List<Tree> scrubs = scrubs();
      assertThat(scrubs).as("the scrub goes on; its log: %s", log).hasSize(1);
      if (number(scrubs.get(0), "bytesDone") > from) {
        return scrubs.get(0);
      }
      assertThat(Instant.now()).as("%s", log).isBefore(late);
    }
  }

  private void assertTable() throws IOException, InterruptedException {
    Spindle.Ended table = Spindle.run(site.command("volumes"));
    assertThat(table.status()).as(table.err()).isZero();
    assertThat(table.out())
        .containsPattern("scrubbing +\\S+ +erased \\d+%, \\S+i/s, \\d+[sm] left");
  }

  /** How much was done each time a driver took the scrub up, as its log says, in MiB. */
  private List<Double> takenUp() throws IOException {
    List<Double> found = new ArrayList<>();
    Matcher line = TAKEN_UP.matcher(Files.readString(log));
    while (line.find()) {
      double unit = line.group(2).equals("Mi") ? 1 : 0;
      found.add(Double.parseDouble(line.group(1)) * unit);
    }
    return found;
  }
}
