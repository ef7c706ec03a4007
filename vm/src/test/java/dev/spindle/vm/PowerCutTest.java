package dev.spindle.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The power fails while disks are claimed, formatted and erased. {@code -Dvm.seed=N} draws the same
 * moments again.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class PowerCutTest {
  private static final int CUTS = Integer.getInteger("vm.cuts", 4);

  @RegisterExtension final Lab lab = new Lab();

  private final long seed = Long.getLong("vm.seed", System.nanoTime());

  /** kill -9 of QEMU: what the guest's kernel had not sent to the disks is lost. */
  @Test
  void aMachineThatLosesPowerFinishesTheSameCallsAfterwards() throws Exception {
    System.out.printf("-Dvm.seed=%d%n", seed);
    List<VirtualDisk> disks = new ArrayList<>();
    for (Bus bus : Bus.values()) {
      long bytes = Lab.SMALL_DISK_BYTES + bus.number() * Lab.MIB;
      disks.add(lab.disk("cut" + bus.number(), bus, bytes));
    }
    GuestDriver first = lab.serve(lab.boot(disks), disks);
    try (Cuts cuts =
        new Cuts(
            first,
            seed,
            driver -> {
              driver.guest().powerCut();
              driver.close();
              return lab.serve(lab.boot(disks), disks);
            })) {
      Lab.count("calls cut off by kill -9 of QEMU", cuts.go(CUTS), 3 * CUTS);
    }
  }
}
