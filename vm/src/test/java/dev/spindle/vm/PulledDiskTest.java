package dev.spindle.vm;

import static dev.spindle.vm.Refusals.assertRefused;
import static dev.spindle.vm.Refusals.awaitRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.sanity.CsiClient;
import dev.spindle.sanity.Wish;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks that are pulled out while a pod uses them, and come back. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
final class PulledDiskTest {
  @RegisterExtension static final Lab LAB = new Lab();

  private static final List<VirtualDisk> DISKS = new ArrayList<>();
  private static Guest guest;
  private static GuestDriver driver;
  private static int pulls;

  @BeforeAll
  static void boot() throws Exception {
    for (Bus bus : Bus.values()) {
      long bytes = Lab.SMALL_DISK_BYTES + bus.number() * Lab.MIB;
      DISKS.add(LAB.disk("pulled" + bus.number(), bus, bytes));
    }
    guest = LAB.boot(DISKS);
    driver = LAB.serve(guest, DISKS);
  }

  @AfterAll
  static void end() throws Exception {
    driver.stop();
    Lab.count("disks pulled", pulls, 2 * Bus.values().length);
  }

  /** The old mount keeps the old name taken until it is undone. */
  @ParameterizedTest
  @EnumSource
  void aDiskThatComesBackUnderAnotherNameIsTheSameVolume(Bus bus) throws Exception {
    VirtualDisk disk = DISKS.get(bus.number());
    CsiClient client = driver.client();
    GuestVolume volume = written("pvc-renamed-" + bus.number(), disk, "ext4");
    String before = guest.kernelName(disk);
    guest.pull(disk);
    assertThat(guest.run("cat /proc/partitions")).doesNotContain(before);
    guest.plug(disk);
    assertThat(guest.kernelName(disk)).isNotEqualTo(before);
    // As soon as the driver has seen it, it also sees what is still mounted there.
    awaitRefused(
        () -> client.stage(volume.id(), volume.wish(), volume.staging()),
        Code.FAILED_PRECONDITION,
        volume.staging().toString());
    volume.leave(client);
    volume.assertUnmounted();
    volume.use(client);
    volume.verify();
    volume.leave(client);
    volume.delete(client);
    driver.awaitRoom(room());
    pulls++;
  }

  @ParameterizedTest
  @EnumSource
  void aVolumeWhoseDiskIsGoneIsNeitherReplacedNorForgotten(Bus bus) throws Exception {
    VirtualDisk disk = DISKS.get(bus.number());
    CsiClient client = driver.client();
    GuestVolume volume =
        written("pvc-gone-" + bus.number(), disk, bus == Bus.SCSI ? Wish.BLOCK : "ext4");
    String before = guest.kernelName(disk);
    guest.pull(disk);
    Path elsewhere = volume.target().resolveSibling("elsewhere");
    awaitRefused(
        () -> client.publish(volume.id(), volume.wish(), volume.staging(), elsewhere, false),
        Code.UNAVAILABLE,
        before);
    assertRefused(() -> client.delete(volume.id()), Code.UNAVAILABLE, before);
    assertRefused(() -> client.create(volume.wish()), Code.UNAVAILABLE, before);
    volume.leave(client);
    volume.assertUnmounted();
    assertRefused(
        () -> client.stage(volume.id(), volume.wish(), volume.staging()), Code.UNAVAILABLE, before);
    assertRefused(() -> client.delete(volume.id()), Code.UNAVAILABLE, before);
    guest.plug(disk);
    volume.use(client);
    volume.verify();
    volume.leave(client);
    volume.delete(client);
    driver.awaitRoom(room());
    pulls++;
  }

  private static GuestVolume written(String name, VirtualDisk disk, String filesystem)
      throws Exception {
    driver.awaitRoom(room());
    GuestVolume volume = new GuestVolume(guest, new Wish(name, filesystem, size(disk)));
    volume.create(driver.client());
    volume.use(driver.client());
    volume.write();
    return volume;
  }

  private static long size(VirtualDisk disk) {
    return Lab.SMALL_VOLUME_BYTES + disk.bus().number() * Lab.MIB;
  }

  private static long room() {
    return DISKS.stream().mapToLong(PulledDiskTest::size).sum();
  }
}
