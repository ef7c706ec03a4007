package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Wish;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Machines that come up again, with their disks under other names or with too many alike. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class RebootTest {
  @RegisterExtension final Lab lab = new Lab();

  /** Pods are not asked to leave: this is how machines go down. */
  @Test
  void volumesAreFoundUnderTheNamesThatARebootGivesTheirDisks() throws Exception {
    List<VirtualDisk> disks = new ArrayList<>();
    for (int each = 0; each < 2; each++) {
      for (Bus bus : Bus.values()) {
        long bytes = Lab.SMALL_DISK_BYTES + disks.size() * Lab.MIB;
        disks.add(lab.disk("reboot" + disks.size(), bus, bytes));
      }
    }
    Guest first = lab.boot(disks);
    GuestDriver before = lab.serve(first, disks);
    List<GuestVolume> volumes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int index = 0; index < disks.size(); index++) {
      Wish wish = new Wish("pvc-" + index, "ext4", Lab.SMALL_VOLUME_BYTES + index * Lab.MIB);
      volumes.add(used(first, wish, before.client()));
      names.add(first.kernelName(disks.get(index)));
    }
    before.close();
    first.powerCut();

    List<VirtualDisk> reversed = new ArrayList<>(disks);
    Collections.reverse(reversed);
    Guest second = lab.boot(reversed);
    int renamed = 0;
    for (int index = 0; index < disks.size(); index++) {
      renamed += second.kernelName(disks.get(index)).equals(names.get(index)) ? 0 : 1;
    }
    // SCSI and NVMe disks are probed side by side, and now and then come to their old names.
    assertThat(renamed).isGreaterThanOrEqualTo(2);
    try (GuestDriver after = lab.serve(second, disks)) {
      assertThat(after.capacity().getAvailableCapacity()).isZero();
      for (GuestVolume volume : volumes) {
        assertStillThere(volume.in(second), after.client());
      }
    }
    Lab.count("disks renamed by a reboot", renamed, 2);
  }

  /**
   * Disks in another enclosure, which calls them all the same: udev makes one name for all. A blank
   * disk that looks like another is not taken, and says so.
   */
  @Test
  void claimedDisksWithOneSerialAreToldApartByTheirTables() throws Exception {
    List<VirtualDisk> disks = new ArrayList<>();
    for (String name : List.of("one", "two", "blank")) {
      disks.add(lab.disk(name, Bus.VIRTIO, Lab.SMALL_DISK_BYTES));
    }
    List<VirtualDisk> claimed = disks.subList(0, 2);
    Guest before = lab.boot(claimed);
    List<GuestVolume> volumes = new ArrayList<>();
    try (GuestDriver driver = lab.serve(before, claimed)) {
      for (VirtualDisk disk : claimed) {
        Wish wish = new Wish("pvc-" + disk.name(), "ext4", Lab.SMALL_VOLUME_BYTES);
        volumes.add(used(before, wish, driver.client()));
      }
    }
    before.powerCut();

    List<VirtualDisk> alike = disks.stream().map(disk -> disk.withSerial("SERIAL")).toList();
    Guest after = lab.boot(alike);
    try (GuestDriver driver = GuestDriver.start(after, "/dev/vd*")) {
      assertThat(driver.capacity().getAvailableCapacity()).isZero();
      for (GuestVolume volume : volumes) {
        assertStillThere(volume.in(after), driver.client());
      }
      List<GuestDriver.Line> lines =
          driver.disks().stream().filter(line -> line.serial().equals("SERIAL")).toList();
      assertThat(lines)
          .extracting(GuestDriver.Line::verdict)
          .containsExactlyInAnyOrder("claimed", "claimed", "ineligible");
      assertThat(lines)
          .filteredOn(line -> line.verdict().equals("ineligible"))
          .allMatch(line -> line.reasons().contains("same hardware identity"));
    }
    Lab.count("disks with one serial", alike.size(), 3);
  }

  private static GuestVolume used(Guest guest, Wish wish, CsiClient client) throws Exception {
    GuestVolume volume = new GuestVolume(guest, wish);
    volume.create(client);
    volume.use(client);
    volume.write();
    return volume;
  }

  private static void assertStillThere(GuestVolume volume, CsiClient client) throws Exception {
    volume.use(client);
    volume.verify();
    volume.leave(client);
  }
}
