package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a driver starts and ends: beside another one, after another one, and not at all. */
@RequireRoot
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class SecondDriverTest {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 132 * MIB;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private Path log;
  private LoopDisk disk;
  private Site site;

  @BeforeEach
  void site() throws IOException {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/second"));
    log = Files.createTempFile(directory, "driver-", ".log");
    disk = loops.create(DISK_BYTES, 512);
    site = Site.of(List.of(disk), loops.folder("first"));
  }

  @Test
  void aSecondDriverOfOneNameIsRefusedThoughItsSocketIsAnother() throws Exception {
    try (RunningDriver first = RunningDriver.start(site, log)) {
      first.awaitReady();
      Site second = new Site(site.driverName(), site.disks(), loops.folder("second"));
      Spindle.Ended ended = Spindle.run(second.serve());
      assertThat(ended.status()).as(ended.err()).isEqualTo(1);
      assertThat(ended.err().strip())
          .isEqualTo(
              "spindle serve: a driver named "
                  + site.driverName()
                  + " runs on this node already; two would fight for its disks");
      assertThat(second.socket()).doesNotExist();
      assertThat(first.volumes()).isEmpty();
    }
  }

  @Test
  void aSocketAtWhichAnotherDriverListensIsLeftToIt() throws Exception {
    try (RunningDriver first = RunningDriver.start(site, log)) {
      first.awaitReady();
      Site second = new Site("other-" + site.driverName(), site.disks(), site.directory());
      Spindle.Ended ended = Spindle.run(second.serve());
      assertThat(ended.status()).as(ended.err()).isEqualTo(1);
      assertThat(ended.err().strip())
          .isEqualTo(
              "spindle serve: another process listens at "
                  + site.socket()
                  + "; is the driver running already?");
      assertThat(first.volumes()).isEmpty();
    }
  }

  @Test
  void theSocketOfADriverThatWasKilledIsReplaced() throws Exception {
    try (RunningDriver first = RunningDriver.start(site, log)) {
      first.awaitReady();
      first.kill();
      assertThat(site.socket()).exists();
    }
    try (RunningDriver second = RunningDriver.start(site, log)) {
      second.awaitReady();
      assertThat(second.volumes()).isEmpty();
    }
  }

  @Test
  void whatIsNoSocketIsLeftAsItIs() throws Exception {
    Files.writeString(site.socket(), "mine");
    Spindle.Ended ended = Spindle.run(site.serve());
    assertThat(ended.status()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err()).contains("is no socket; it is left as it is");
    assertThat(site.socket()).hasContent("mine");
  }

  @Test
  void withoutDisksNothingStarts() throws Exception {
    Spindle.Ended ended =
        Spindle.run(
            List.of("serve", "--endpoint", "unix://" + site.socket(), "--node-name", Site.NODE));
    assertThat(ended.status()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).startsWith("spindle serve: ").contains("--disks");
    assertThat(site.socket()).doesNotExist();
  }

  @Test
  void aSocketPathThatTheKernelCannotTakeIsBadUsage() throws Exception {
    Path directory = loops.folder("d".repeat(100));
    Spindle.Ended ended = Spindle.run(new Site(site.driverName(), site.disks(), directory).serve());
    assertThat(ended.status()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("spindle serve: ")
        .contains("bytes, and a socket's path may have 107");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatDoesNotExistIsBadUsageAndIsNotMade() throws Exception {
    Path directory = site.directory().resolve("nowhere");
    Spindle.Ended ended = Spindle.run(new Site(site.driverName(), site.disks(), directory).serve());
    assertThat(ended.status()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("spindle serve: ")
        .contains("the directory of the endpoint does not exist: " + directory);
    assertThat(directory).doesNotExist();
  }

  @Test
  void sigtermEndsItAtOnceWithStatusZeroAndTakesTheSocketAway() throws Exception {
    try (RunningDriver driver = RunningDriver.start(site, log)) {
      driver.awaitReady();
      Instant start = Instant.now();
      assertThat(driver.stop()).isZero();
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
      assertThat(site.socket()).doesNotExist();
    }
  }

  @Test
  void aClaimOnADiskThatIsNoLongerNamedIsServedToItsEnd() throws Exception {
    Tally tally = new Tally();
    Wish wish = new Wish("pvc-unnamed", "ext4", 64 * MIB);
    Tenant tenant = new Tenant(wish, loops.folder("csi"));
    Contents contents = new Contents(false, 11, 0);
    try (RunningDriver first = RunningDriver.start(site, log)) {
      first.awaitReady();
      CsiClient driver = first.client(tally);
      Patience.USUAL.call(() -> tenant.create(driver));
      tenant.stage(driver);
      tenant.publish(driver, 0);
      contents.write(tenant.target(0));
      tenant.unpublish(driver, 0);
      tenant.unstage(driver);
    }
    Site elsewhere = site.withDisks("/dev/disk/by-id/no-such-disk");
    try (RunningDriver second = RunningDriver.start(elsewhere, log)) {
      second.awaitReady();
      CsiClient driver = second.client(tally);
      assertThat(second.volumes())
          .extracting(entry -> entry.getVolume().getVolumeId())
          .containsExactly(tenant.id());
      assertThat(tenant.create(driver).getVolumeId()).isEqualTo(tenant.id());
      tenant.stage(driver);
      tenant.publish(driver, 0);
      contents.verify(tenant.target(0));
      tenant.unpublish(driver, 0);
      tenant.unstage(driver);
      tenant.delete(driver);
      tenant.leave();
      awaitErased();
      assertThat(second.capacityOnce(0).getAvailableCapacity()).isZero();
    }
    assertThat(Spindle.disks(site).get(0).at("verdict").text()).isEqualTo("eligible");
    Zeroes.assertIn(disk.file(), 2 * MIB, DISK_BYTES - 2 * MIB);
  }

  /** Asked with the old --disks, under which a disk that is free again is eligible again. */
  private void awaitErased() throws IOException, InterruptedException {
    Instant late = Instant.now().plus(Duration.ofSeconds(60));
    String verdict;
    do {
      verdict = Spindle.disks(site).get(0).at("verdict").text();
      assertThat(Instant.now()).as(verdict).isBefore(late);
    } while (!verdict.equals("eligible"));
  }
}
