package dev.spindle.vm;

import static dev.spindle.vm.Refusals.assertRefused;
import static dev.spindle.vm.Refusals.awaitRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Wish;
import io.grpc.Status.Code;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A SCSI disk that fails and is slow as a test wants. Behind it is the kernel's own SCSI target
 * over a device-mapper device, whose table is exchanged: a device-mapper device itself is never
 * taken. It has no node either: it shows what the disk shows, which so would be one disk on two
 * paths. The table leaves out the ends of the disk below, which shows nothing of what is on it.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
final class FailingDiskTest {
  private static final long SECTORS = Lab.SMALL_DISK_BYTES >> 9;
  private static final long SHIFT = (8 * Lab.MIB) >> 9;

  private static final String MAKE =
      """
      set -e
      modprobe -a dm-mod dm-flakey dm-delay target_core_mod target_core_iblock tcm_loop sd_mod
      export DM_DISABLE_UDEV=1
      dmsetup create behind --table "%s"
      target=/sys/kernel/config/target
      mkdir -p $target/core/iblock_0/behind
      echo udev_path=/dev/mapper/behind >$target/core/iblock_0/behind/control
      echo 1 >$target/core/iblock_0/behind/enable
      mkdir -p $target/loopback/naa.5000c500a0000001/tpgt_1
      echo naa.5000c500a0000002 >$target/loopback/naa.5000c500a0000001/tpgt_1/nexus
      mkdir -p $target/loopback/naa.5000c500a0000001/tpgt_1/lun/lun_0
      ln -s $target/core/iblock_0/behind $target/loopback/naa.5000c500a0000001/tpgt_1/lun/lun_0/port
      for i in $(seq 100); do [ -e /sys/block/sda ] && break; sleep 0.1; done
      udevadm settle
      rm /dev/dm-0
      cat /sys/block/sda/size
      """;

  @RegisterExtension static final Lab LAB = new Lab();

  private static Guest guest;
  private static GuestDriver driver;
  private static VirtualDisk healthy;
  private static int troubles;

  @BeforeAll
  static void boot() throws Exception {
    VirtualDisk below = LAB.disk("below", Bus.VIRTIO, Lab.SMALL_DISK_BYTES + 16 * Lab.MIB);
    healthy = LAB.disk("healthy", Bus.NVME, Lab.SMALL_DISK_BYTES + 8 * Lab.MIB);
    guest = LAB.boot(List.of(below, healthy));
    String made = guest.run(MAKE.formatted(linear(0, SECTORS)));
    assertThat(made).endsWith(String.valueOf(SECTORS));
    driver = GuestDriver.start(guest, "/dev/sda", healthy.link());
  }

  @AfterAll
  static void end() throws Exception {
    driver.stop();
    Lab.count("troubles of a disk", troubles, 5);
  }

  @Test
  void aDiskWhoseWritesFailIsLeftAndAnotherIsTaken() throws Exception {
    table(flakey("1 error_writes"));
    GuestVolume volume = volume("pvc-write-errors");
    volume.create(driver.client());
    List<GuestDriver.Line> lines = driver.disks();
    assertThat(verdict(lines, guest.kernelName(healthy))).isEqualTo("claimed");
    assertThat(verdict(lines, "sda")).isNotEqualTo("claimed");
    heal();
    volume.delete(driver.client());
    driver.awaitRoom(room());
    troubles++;
  }

  @Test
  void aFormatThatFailsIsDoneWhenTheDiskIsWell() throws Exception {
    GuestVolume volume = volume("pvc-format-errors");
    volume.create(driver.client());
    guest.run("mkdir -p " + volume.staging());
    table(flakey("1 error_writes"));
    String refusal =
        assertRefused(
            () -> driver.client().stage(volume.id(), volume.wish(), volume.staging()),
            Code.UNAVAILABLE,
            "sda");
    assertThat(refusal).contains("EIO");
    heal();
    live(volume);
    troubles++;
  }

  @Test
  void aDiskThatCannotBeReadIsNeitherFreeNorForgotten() throws Exception {
    GuestVolume volume = volume("pvc-read-errors");
    CsiClient client = driver.client();
    volume.create(client);
    volume.use(client);
    volume.write();
    volume.leave(client);
    guest.run("mkdir -p " + volume.staging());
    table("0 %d error".formatted(SECTORS));
    awaitRefused(
        () -> client.stage(volume.id(), volume.wish(), volume.staging()), Code.UNAVAILABLE, "sda");
    assertThat(verdict(driver.disks(), "sda")).isEqualTo("unreadable");
    assertRefused(() -> client.delete(volume.id()), Code.UNAVAILABLE, "sda");
    assertRefused(() -> client.create(volume.wish()), Code.UNAVAILABLE, "sda");
    heal();
    volume.use(client);
    volume.verify();
    volume.leave(client);
    volume.delete(client);
    driver.awaitRoom(room());
    troubles++;
  }

  /** A stretch in the middle of the disk is bad, until it is not. */
  @Test
  void aDiskThatCannotBeErasedIsNotOffered() throws Exception {
    GuestVolume volume = volume("pvc-scrub-errors");
    CsiClient client = driver.client();
    volume.create(client);
    volume.use(client);
    volume.write();
    volume.leave(client);
    long bad = SECTORS / 2;
    long good = bad + (Lab.MIB >> 9);
    table(
        String.join(
            "\n",
            linear(0, bad),
            "%d %d error".formatted(bad, good - bad),
            linear(good, SECTORS - good)));
    volume.delete(client);
    assertThat(verdict(driver.disks(), "sda")).isEqualTo("scrubbing");
    heal();
    // The next attempt is after a pause, which a new start does without.
    driver.stop();
    driver = GuestDriver.start(guest, "/dev/sda", healthy.link());
    driver.awaitRoom(room());
    driver.assertErased("/dev/sda", Lab.SMALL_VOLUME_BYTES);
    troubles++;
  }

  /** Each answer takes 12 seconds: the disk counts as silent, and keeps nobody else waiting. */
  @Test
  void aSilentDiskHangsNoOther() throws Exception {
    table("0 %d delay %s %d 12000".formatted(SECTORS, below(), SHIFT));
    driver.awaitRoom(Lab.SMALL_VOLUME_BYTES + 8 * Lab.MIB);
    GuestVolume volume =
        new GuestVolume(guest, new Wish("pvc-other", "ext4", Lab.SMALL_VOLUME_BYTES));
    volume.create(driver.client());
    volume.use(driver.client());
    volume.write();
    volume.leave(driver.client());
    heal();
    volume.delete(driver.client());
    driver.awaitRoom(room());
    troubles++;
  }

  private static GuestVolume volume(String name) throws Exception {
    driver.awaitRoom(room());
    return new GuestVolume(guest, new Wish(name, "ext4", Lab.SMALL_VOLUME_BYTES));
  }

  private static void live(GuestVolume volume) throws Exception {
    volume.use(driver.client());
    volume.write();
    volume.verify();
    volume.leave(driver.client());
    volume.delete(driver.client());
    driver.awaitRoom(room());
  }

  private static String verdict(List<GuestDriver.Line> lines, String name) {
    return lines.stream()
        .filter(line -> line.name().equals(name))
        .map(GuestDriver.Line::verdict)
        .collect(Collectors.joining(" and "));
  }

  private static long room() {
    return 2 * Lab.SMALL_VOLUME_BYTES + 8 * Lab.MIB;
  }

  private static String below() {
    return "/dev/disk/by-id/virtio-BELOW";
  }

  private static String linear(long start, long length) {
    return "%d %d linear %s %d".formatted(start, length, below(), SHIFT + start);
  }

  /** Always down. */
  private static String flakey(String features) {
    return "0 %d flakey %s %d 0 3600 %s".formatted(SECTORS, below(), SHIFT, features);
  }

  private static void heal() throws Exception {
    table(linear(0, SECTORS));
  }

  private static void table(String lines) throws Exception {
    guest.run(
        """
        set -e
        dmsetup suspend --noflush --nolockfs behind
        dmsetup reload behind <<'TABLE'
        %s
        TABLE
        dmsetup resume behind
        """
            .formatted(lines));
  }
}
