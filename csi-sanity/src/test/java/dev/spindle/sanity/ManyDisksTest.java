package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node with as many disks as a few full shelves have. */
@RequireRoot
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class ManyDisksTest {
  private static final long MIB = 1 << 20;
  private static final int DISKS = 100;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  @Test
  void aHundredDisksAreLookedAtWithinTheMemoryThatTheDriverHas() throws Exception {
    Path directory = Files.createDirectories(Checkout.module().resolve("target/many"));
    Path log = Files.createTempFile(directory, "driver-", ".log");
    List<LoopDisk> disks = new ArrayList<>();
    while (disks.size() < DISKS) {
      disks.add(loops.create(16 * MIB, 512));
    }
    Site site = Site.of(disks, loops.folder("csi"));
    try (RunningDriver driver = RunningDriver.start(site, log)) {
      long volume = 12 * MIB;
      assertThat(driver.capacityOnce(DISKS * volume).getAvailableCapacity())
          .isEqualTo(DISKS * volume);
    }
    assertThat(Spindle.disks(site)).hasSize(DISKS);
  }
}
