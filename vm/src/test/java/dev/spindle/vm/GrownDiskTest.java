package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Patience;
import dev.spindle.sanity.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Disks that are enlarged under volumes in use, where the kernel reads tables, udev re-reads them,
 * and root may do all that the driver's container may. QEMU enlarges no NVMe disk that is in use.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class GrownDiskTest {
  private static final long LARGER = Lab.DISK_BYTES + 76 * Lab.MIB;
  private static final long LARGER_VOLUME = LARGER - 4 * Lab.MIB;

  @RegisterExtension final Lab lab = new Lab();

  @Test
  void volumesOfEveryKindGrowWithTheirDisksWhileTheyAreInUse() throws Exception {
    List<VirtualDisk> disks = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    for (String kind : List.of("ext4", "xfs", "btrfs", Wish.BLOCK)) {
      for (Bus bus : List.of(Bus.VIRTIO, Bus.SCSI)) {
        // So that each volume fits its own disk alone until that grows.
        disks.add(lab.disk("grow" + disks.size(), bus, Lab.DISK_BYTES + disks.size() * Lab.MIB));
        kinds.add(kind);
      }
    }
    Guest guest = lab.boot(disks);
    try (GuestDriver driver = lab.serve(guest, disks)) {
      CsiClient client = driver.client();
      List<GuestVolume> volumes = new ArrayList<>();
      for (int index = 0; index < disks.size(); index++) {
        long bytes = Lab.VOLUME_BYTES + index * Lab.MIB;
        volumes.add(used(guest, client, new Wish("pvc-" + index, kinds.get(index), bytes, bytes)));
      }
      for (int index = 0; index < disks.size(); index++) {
        guest.enlarge(disks.get(index), LARGER + index * Lab.MIB);
        assertGrows(guest, client, volumes.get(index), LARGER_VOLUME + index * Lab.MIB);
      }
      guest.run("udevadm trigger --subsystem-match=block && udevadm settle");
      for (GuestVolume volume : volumes) {
        volume.verify();
        volume.leave(client);
        volume.use(client);
        volume.verify();
        volume.leave(client);
        volume.delete(client);
      }
      driver.awaitRoom(disks.size() * LARGER_VOLUME + sumOfSteps(disks.size()));
      for (int index = 0; index < disks.size(); index++) {
        disks.get(index).assertErased(LARGER_VOLUME + index * Lab.MIB);
      }
    }
    Lab.count("volumes grown in use", disks.size(), 8);
  }

  private static GuestVolume used(Guest guest, CsiClient client, Wish wish) throws Exception {
    GuestVolume volume = new GuestVolume(guest, wish);
    volume.create(client);
    volume.use(client);
    volume.write();
    return volume;
  }

  private static void assertGrows(Guest guest, CsiClient client, GuestVolume volume, long bytes)
      throws Exception {
    assertThat(
            Patience.USUAL
                .call(() -> client.expand(volume.id(), volume.target(), bytes))
                .getCapacityBytes())
        .isEqualTo(bytes);
    String size =
        volume.wish().block()
            ? guest.run("blockdev --getsize64 " + volume.target())
            : guest.run("df --output=size -B1 " + volume.target() + " | tail -n 1").strip();
    // A filesystem keeps some of its device for itself.
    assertThat(Long.parseLong(size)).as("%s after growth", volume.wish()).isGreaterThan(MOST_OF_IT);
    volume.verify();
  }

  /** More than the smallest disk had before. */
  private static final long MOST_OF_IT = Lab.VOLUME_BYTES;

  private static long sumOfSteps(int disks) {
    return disks * (disks - 1) / 2 * Lab.MIB;
  }
}
