package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Disks that keep what is written to them in a volatile cache until they are told to flush, and
 * lose it with the power. {@code -Dvm.seed=N} draws the same moments again.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class WriteCacheTest {
  private static final int CUTS = Integer.getInteger("vm.cuts", 4);

  /** Three disks of null_blk whose cache is as large as they are: only a flush empties it. */
  private static final String MAKE =
      """
      modprobe null_blk nr_devices=0
      for i in 0 1 2; do
        disk=/sys/kernel/config/nullb/nullb$i
        mkdir $disk
        echo $((68 + i)) >$disk/size
        echo 512 >$disk/blocksize
        echo 1 >$disk/memory_backed
        echo 128 >$disk/cache_size
        echo 1 >$disk/power
      done
      udevadm settle
      """;

  private static final String POWER_CUT =
      """
      for disk in /sys/kernel/config/nullb/nullb?; do echo 0 >$disk/power; done
      grep -o '/run/kubelet[^ ]*' /proc/self/mountinfo | tac | xargs -r umount --lazy
      for disk in /sys/kernel/config/nullb/nullb?; do echo 1 >$disk/power; done
      udevadm settle
      """;

  @RegisterExtension final Lab lab = new Lab();

  private final long seed = Long.getLong("vm.seed", System.nanoTime());

  @Test
  void whatWasNotFlushedIsLostAndTheSameCallsAreFinished() throws Exception {
    System.out.printf("-Dvm.seed=%d%n", seed);
    Guest guest = lab.boot(List.of());
    guest.run(MAKE);
    assertTheCacheIsLost(guest);
    GuestDriver first = GuestDriver.start(guest, "/dev/nullb*");
    try (Cuts cuts =
        new Cuts(
            first,
            seed,
            driver -> {
              driver.kill(POWER_CUT);
              return GuestDriver.start(guest, "/dev/nullb*");
            })) {
      Lab.count("calls cut off by the loss of a disk's cache", cuts.go(CUTS), 3 * CUTS);
    }
  }

  /** The disks do what this test is about. */
  private static void assertTheCacheIsLost(Guest guest) throws Exception {
    String read = "dd if=/dev/nullb0 bs=4k count=2 iflag=direct status=none | tr -d '\\0'";
    guest.run("echo kept | dd of=/dev/nullb0 bs=4k conv=sync,fsync status=none");
    guest.run("echo lost | dd of=/dev/nullb0 bs=4k seek=1 conv=sync oflag=direct status=none");
    assertThat(guest.run(read)).isEqualTo("kept\nlost");
    guest.run(POWER_CUT);
    assertThat(guest.run(read)).isEqualTo("kept");
    guest.run("dd if=/dev/zero of=/dev/nullb0 bs=4k count=2 conv=fsync status=none");
  }
}
