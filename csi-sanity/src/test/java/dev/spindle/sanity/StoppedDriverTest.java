package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import dev.spindle.linux.testing.StallingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A driver that is asked to stop, as by kubelet, while a slow disk is formatted. */
@RequireRoot
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class StoppedDriverTest {
  private static final long MIB = 1 << 20;
  private static final long VOLUME_BYTES = 320 * MIB;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void aDriverThatIsStoppedInAFormatEndsInTimeAndTheNextOneFinishesIt() throws Exception {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/kills"));
    Path log = Files.createTempFile(directory, "stopped-", ".log");
    try (StallingFile file = StallingFile.create(loops, VOLUME_BYTES + 4 * MIB)) {
      LoopDisk disk = loops.attach(file.path(), 512);
      Site site = Site.of(List.of(disk), loops.folder("csi"));
      try (MortalDriver driver = MortalDriver.start(site, log, new Tally())) {
        Tenant tenant = new Tenant(new Wish("pvc-slow", "ext4", VOLUME_BYTES), loops.folder("csi"));
        Patience.FOR_ROOM.call(() -> tenant.create(driver.client()));
        file.slowWritesFrom(2 * MIB);
        Future<?> staging = threads.submit(() -> tenant.stage(driver.client()));
        Optional<ProcessHandle> mkfs = Optional.empty();
        while (mkfs.isEmpty()) {
          assertThat(staging).isNotDone();
          mkfs = driver.formatting();
        }

        assertThat(driver.running().stop()).as("calls were cut off").isEqualTo(1);

        driver.kill();
        file.release();
        assertThat(mkfs.get().onExit()).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(states(site)).containsExactly("formatting");
        driver.startAnew();
        Patience.USUAL.call(() -> tenant.stage(driver.client()));
        assertThat(states(site)).containsExactly("formatted");
        tenant.publish(driver.client(), 0);
        Files.writeString(tenant.target(0).resolve("file"), "content");
      }
    }
  }

  private static List<String> states(Site site) throws IOException, InterruptedException {
    return Spindle.volumes(site).stream().map(line -> line.at("state").text()).toList();
  }
}
