package dev.spindle.vm;

import static dev.spindle.vm.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.sanity.Wish;
import io.grpc.Status.Code;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Disks that the kernel's own stacks over disks have taken: encrypted ones, volume groups, arrays,
 * made by their real tools. They are refused at work and at rest, and not a byte of them changes.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class ForeignContentTest {
  private static final int DISKS = 12;

  private static final String MAKE =
      """
      set -e
      disk() { echo /dev/disk/by-id/virtio-FOREIGN$1; }
      modprobe -a dm-mod dm-crypt dm-cache dm-cache-smq raid1
      export DM_DISABLE_UDEV=1 LVM_SUPPRESS_FD_WARNINGS=1
      printf secret | cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 $(disk 0) -
      printf secret | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 \
        --pbkdf-force-iterations 1000 $(disk 1) -
      pvcreate -q $(disk 2)
      pvcreate -q $(disk 3)
      vgcreate -q plain $(disk 3)
      lvcreate -q -y -L 16M -n data plain
      vgcreate -q cached $(disk 4) $(disk 5)
      lvcreate -q -y -L 32M -n data cached $(disk 4)
      lvcreate -q -y --type cache-pool -L 16M -n fast cached $(disk 5)
      lvconvert -q -y --type cache --cachepool cached/fast cached/data
      array() { mdadm --create /dev/md$1 --run --level=1 --raid-devices=2 --assume-clean \
        --metadata=$2 $(disk $3) $(disk $4); }
      array 100 1.2 6 7
      array 101 1.0 8 9
      array 102 0.90 10 11
      mkfs.ext4 -q /dev/md100
      mkfs.ext4 -q /dev/cached/data
      printf secret | cryptsetup open --key-file - $(disk 0) crypt0
      printf secret | cryptsetup open --key-file - $(disk 1) crypt1
      """;

  private static final String TAKE_APART =
      """
      set -e
      export DM_DISABLE_UDEV=1 LVM_SUPPRESS_FD_WARNINGS=1
      cryptsetup close crypt0
      cryptsetup close crypt1
      vgchange -q -an plain cached
      mdadm --stop /dev/md100 /dev/md101 /dev/md102
      udevadm settle
      """;

  @RegisterExtension final Lab lab = new Lab();

  @Test
  void disksUnderOtherStacksAreRefusedAtWorkAndAtRest() throws Exception {
    List<VirtualDisk> disks = new ArrayList<>();
    for (int index = 0; index < DISKS; index++) {
      disks.add(lab.disk("foreign" + index, Bus.VIRTIO, 48 * Lab.MIB));
    }
    Guest guest = lab.boot(disks);
    guest.run(MAKE);
    Map<VirtualDisk, String> work = new LinkedHashMap<>();
    for (VirtualDisk disk :
        List.of(disks.get(0), disks.get(1), disks.get(3), disks.get(4), disks.get(5))) {
      work.put(disk, "it is part of dm-");
    }
    disks.subList(6, 12).forEach(disk -> work.put(disk, "it is part of md"));
    GuestDriver driver =
        GuestDriver.start(guest, "/dev/disk/by-id/virtio-FOREIGN*", "/dev/dm-*", "/dev/md*");
    assertEveryDiskIsRefused(driver, work);
    guest.run(TAKE_APART);
    List<String> sums = sums(guest, disks);
    assertEveryDiskIsRefused(driver, signatures(disks));
    driver.stop();
    assertThat(sums(guest, disks)).isEqualTo(sums);
    Lab.count("disks under other stacks", work.size() + disks.size(), 2 * DISKS - 1);
  }

  private static Map<VirtualDisk, String> signatures(List<VirtualDisk> disks) {
    Map<VirtualDisk, String> found = new LinkedHashMap<>();
    disks.subList(0, 2).forEach(disk -> found.put(disk, "found on it: crypto_LUKS"));
    disks.subList(2, 6).forEach(disk -> found.put(disk, "found on it: LVM2_member"));
    disks.subList(6, 12).forEach(disk -> found.put(disk, "found on it: linux_raid_member"));
    return found;
  }

  private static void assertEveryDiskIsRefused(GuestDriver driver, Map<VirtualDisk, String> reasons)
      throws Exception {
    assertRefused(
        () -> driver.client().create(new Wish("pvc-foreign", "ext4", Lab.MIB)),
        Code.RESOURCE_EXHAUSTED,
        "no disk on node guest fits");
    assertThat(driver.capacity().getAvailableCapacity()).isZero();
    Map<String, GuestDriver.Line> lines = new LinkedHashMap<>();
    for (GuestDriver.Line line : driver.disks()) {
      lines.put(line.serial().isEmpty() ? line.name() : line.serial(), line);
      assertThat(line.verdict()).as("%s", line).isEqualTo("ineligible");
    }
    reasons.forEach(
        (disk, reason) ->
            assertThat(lines.get(disk.serial()))
                .as("%s", disk)
                .extracting(GuestDriver.Line::reasons)
                .asString()
                .contains(reason));
  }

  /** What is on the disks, as the host sees it. */
  private static List<String> sums(Guest guest, List<VirtualDisk> disks) throws Exception {
    guest.run("sync");
    List<String> sums = new ArrayList<>();
    for (VirtualDisk disk : disks) {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(disk.file()));
      sums.add(HexFormat.of().formatHex(sum));
    }
    return sums;
  }
}
