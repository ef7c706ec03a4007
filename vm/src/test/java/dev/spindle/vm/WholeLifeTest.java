package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes of each kind on each transport, where the kernel reads tables and udev re-reads them. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
final class WholeLifeTest {
  @RegisterExtension static final Lab LAB = new Lab();

  private static final List<VirtualDisk> DISKS = new ArrayList<>();
  private static Guest guest;
  private static GuestDriver driver;
  private static int lives;

  @BeforeAll
  static void boot() throws Exception {
    for (Bus bus : Bus.values()) {
      DISKS.add(LAB.disk("life" + bus.number(), bus));
    }
    guest = LAB.boot(DISKS);
    driver = LAB.serve(guest, DISKS);
  }

  @AfterAll
  static void end() throws Exception {
    driver.stop();
    Lab.count("whole lives", lives, 4 * Bus.values().length);
  }

  /** One volume for each disk, so that each transport has one. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", Wish.BLOCK})
  void volumesOnEveryTransportLiveTheirWholeLives(String filesystem) throws Exception {
    CsiClient client = driver.client();
    driver.awaitRoom(DISKS.size() * Lab.VOLUME_BYTES);
    List<GuestVolume> volumes = new ArrayList<>();
    for (VirtualDisk disk : DISKS) {
      GuestVolume volume =
          new GuestVolume(guest, Lab.wish("pvc-" + filesystem + "-" + disk.name(), filesystem));
      volumes.add(volume);
      volume.create(client);
      volume.use(client);
      volume.write();
    }
    for (GuestVolume volume : volumes) {
      volume.leave(client);
    }
    guest.run("udevadm trigger --subsystem-match=block && udevadm settle");
    for (GuestVolume volume : volumes) {
      volume.use(client);
      volume.verify();
      volume.leave(client);
    }
    assertThat(
            guest.run("blkid -o value -s TYPE /dev/vd?2 /dev/sd?2 /dev/nvme?n?p2 | sort -u; true"))
        .isEqualTo(filesystem.equals(Wish.BLOCK) ? "" : filesystem);
    for (GuestVolume volume : volumes) {
      volume.delete(client);
      lives++;
    }
    driver.awaitRoom(DISKS.size() * Lab.VOLUME_BYTES);
    for (VirtualDisk disk : DISKS) {
      disk.assertErased(Lab.VOLUME_BYTES);
    }
  }
}
