package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

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
      GuestVolume volume = new GuestVolume(first, wish);
      volumes.add(volume);
      volume.create(before.client());
      volume.use(before.client());
      volume.write();
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
    assertThat(renamed).isEqualTo(disks.size());
    try (GuestDriver after = lab.serve(second, disks)) {
      assertThat(after.capacity().getAvailableCapacity()).isZero();
      for (GuestVolume volume : volumes) {
        GuestVolume again = volume.in(second);
        again.use(after.client());
        again.verify();
        again.leave(after.client());
      }
    }
    Lab.count("disks renamed by a reboot", renamed, 6);
  }

  /**
   * udev makes one name for both. A blank disk that looks like another is not taken, and says so.
   */
  @Test
  void claimedDisksWithOneSerialAreToldApartByTheirTables() throws Exception {
    List<VirtualDisk> disks = new ArrayList<>();
    for (String name : List.of("one", "two", "blank")) {
      disks.add(lab.disk(name, Bus.VIRTIO, Lab.SMALL_DISK_BYTES).withSerial("SERIAL"));
    }
    List<GuestVolume> volumes = new ArrayList<>();
    for (VirtualDisk disk : disks.subList(0, 2)) {
      Guest alone = lab.boot(List.of(disk));
      Wish wish = new Wish("pvc-" + disk.name(), "ext4", Lab.SMALL_VOLUME_BYTES);
      GuestVolume volume = new GuestVolume(alone, wish);
      volumes.add(volume);
      try (GuestDriver driver = lab.serve(alone, List.of(disk))) {
        volume.create(driver.client());
        volume.use(driver.client());
        volume.write();
      }
      alone.powerCut();
    }
    Guest all = lab.boot(disks);
    try (GuestDriver driver = lab.serve(all, disks)) {
      assertThat(driver.capacity().getAvailableCapacity()).isZero();
      for (GuestVolume volume : volumes) {
        GuestVolume again = volume.in(all);
        again.use(driver.client());
        again.verify();
        again.leave(driver.client());
      }
      List<GuestDriver.Line> alike =
          driver.disks().stream().filter(line -> line.serial().equals("SERIAL")).toList();
      assertThat(alike)
          .extracting(GuestDriver.Line::verdict)
          .containsExactlyInAnyOrder("claimed", "claimed", "ineligible");
      assertThat(alike)
          .filteredOn(line -> line.verdict().equals("ineligible"))
          .allMatch(line -> line.reasons().contains("same hardware identity"));
    }
    Lab.count("disks with one serial", disks.size(), 3);
  }
}
