package dev.spindle.linux.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.testing.SysTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysBlockTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  @Test
  void aDiskIsReadWhole() throws IOException {
    SysTree tree = new SysTree(root);
    SysTree.Disk sda =
        tree.disk("sda", "pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0")
            .put("ro", "1\n")
            .put("removable", "1\n")
            .put("hidden", "1\n")
            .put("queue/rotational", "1\n")
            .put("queue/zoned", "host-managed\n")
            .put("device/model", "ST4000NM0035-1V4 \n")
            .put("device/vendor", "ATA     \n")
            .put("device/state", "running\n")
            .put("device/wwid", "naa.5000c500a1b2c3d4\n")
            .put("device/vpd_pg80", "\0p\0\024            ZC1234\0\0")
            .put("holders/dm-3", "")
            .put("sda2/partition", "2\n")
            .put("sda2/dev", "8:18\n")
            .put("sda2/start", "4096\n")
            .put("sda2/size", "8\n")
            .put("sda2/holders/dm-0", "")
            .put("sda10/partition", "10\n")
            .put("sda10/dev", "259:260\n")
            .put("sda10/start", "8192\n")
            .put("sda10/size", "16\n");
    assertThat(sda.directory()).exists();
    tree.name("by-id/wwn-0x5000", "sda");
    tree.name("by-id/wwn-0x5000-part2", "sda2");
    tree.name("by-id/other", "sdaa");
    tree.name("by-path/pci-1", "sda");
    assertThat(new SysBlock(root).read("sda").orElseThrow())
        .isEqualTo(
            new SysDisk(
                "sda",
                new DeviceNumber(8, 16),
                7,
                2048 * 512,
                512,
                true,
                true,
                true,
                false,
                true,
                "host-managed",
                "ST4000NM0035-1V4",
                "ATA",
                "ZC1234",
                "naa.5000c500a1b2c3d4",
                "sata",
                null,
                List.of("dm-0", "dm-3"),
                List.of(
                    new SysPartition("sda2", 2, new DeviceNumber(8, 18), 4096 * 512, 8 * 512),
                    new SysPartition(
                        "sda10", 10, new DeviceNumber(259, 260), 8192 * 512, 16 * 512)),
                List.of(
                    Path.of("/dev/disk/by-id/wwn-0x5000"), Path.of("/dev/disk/by-path/pci-1"))));
  }

  @Test
  void whatIsAbsentReadsAsEmptyZeroOrFalse() throws IOException {
    new SysTree(root).disk("ram0", "virtual/block/x");
    SysDisk disk = new SysBlock(root).read("ram0").orElseThrow();
    assertThat(disk.zoned()).isEqualTo("none");
    assertThat(disk.transport()).isEmpty();
    assertThat(disk.serial()).isEmpty();
    assertThat(disk.wwn()).isEmpty();
    assertThat(disk.backingFile()).isNull();
    assertThat(disk.links()).isEmpty();
    assertThat(disk.suspended()).isFalse();
  }

  /** ENXIO of a disk without page 83; here what refuses to be read is a directory. */
  @Test
  void aScsiDiskWhoseWwidCannotBeReadHasNone() throws IOException {
    SysTree.Disk disk = new SysTree(root).disk("sda", "pci/host0").put("device/model", "OLD\n");
    Files.createDirectory(disk.directory().resolve("device/wwid"));
    assertThat(new SysBlock(root).read("sda").orElseThrow().wwn()).isEmpty();
  }

  @Test
  void aModelThatCannotBeReadIsAnError() throws IOException {
    SysTree.Disk disk = new SysTree(root).disk("sda", "pci/host0").put("device/vendor", "OLD\n");
    Files.createDirectory(disk.directory().resolve("device/model"));
    assertThatIOException().isThrownBy(() -> new SysBlock(root).read("sda"));
  }

  @Test
  void aHiddenDiskHasNoNumber() throws IOException {
    SysTree.Disk disk = new SysTree(root).disk("nvme0c0n1", "pci/nvme/nvme0").put("hidden", "1\n");
    Files.delete(disk.directory().resolve("dev"));
    assertThat(new SysBlock(root).read("nvme0c0n1").orElseThrow().number())
        .isEqualTo(new DeviceNumber(0, 0));
    assertThat(new SysBlock(root).number("nvme0c0n1")).isEmpty();
  }

  @Test
  void aDiskThatComesLeavesGrowsOrGetsANameHasChangedAndNoOther() throws IOException {
    SysTree tree = new SysTree(root);
    SysBlock block = new SysBlock(root);
    List<SysDisk> known = new ArrayList<>();
    for (String name : List.of("sda", "sdb", "sdc", "sdd", "sde")) {
      tree.disk(name, "pci/" + name);
      tree.name("by-id/" + name, name);
      known.add(block.read(name).orElseThrow());
    }
    assertThat(block.changed(known)).isEmpty();

    Files.delete(root.resolve("sys/block/sda"));
    tree.put("sys/block/sdb/size", "4096\n");
    tree.put("sys/block/sdc/diskseq", "8\n");
    tree.name("by-path/pci-4", "sdd");
    tree.disk("sdf", "pci/sdf");
    assertThat(block.changed(known)).containsExactly("sda", "sdb", "sdc", "sdd", "sdf");
    tree.put("sys/block/sde/ro", "1\n");
    assertThat(block.changed(known)).contains("sde");
  }

  /** ENODEV or EIO of a disk that dies; here what refuses to be read is a directory. */
  @Test
  void aDiskThatCannotBeReadHasChangedAndHidesNoOther() throws IOException {
    SysTree tree = new SysTree(root);
    SysBlock block = new SysBlock(root);
    List<SysDisk> known = new ArrayList<>();
    for (String name : List.of("loop0", "sda", "sdb", "sdc")) {
      tree.disk(name, "pci/" + name);
      known.add(block.read(name).orElseThrow());
    }
    for (String dying : List.of("loop0", "sda")) {
      Path size = root.resolve("sys/block").resolve(dying).resolve("size");
      Files.delete(size);
      Files.createDirectory(size);
    }
    tree.put("sys/block/sdb/size", "4096\n");

    assertThat(block.names()).containsExactly("loop0", "sda", "sdb", "sdc");
    assertThat(block.changed(known)).containsExactly("loop0", "sda", "sdb");
  }

  @Test
  void anEventOfTheKernelOrANewNameIsSomethingNew() throws IOException {
    SysTree tree = new SysTree(root);
    SysBlock block = new SysBlock(root);
    tree.put("sys/kernel/uevent_seqnum", "819\n");
    tree.name("by-id/one", "sda");
    String before = block.events();
    assertThat(block.events()).isEqualTo(before);
    tree.put("sys/kernel/uevent_seqnum", "820\n");
    String after = block.events();
    assertThat(after).isNotEqualTo(before);
    Files.setLastModifiedTime(root.resolve("dev/disk/by-id"), FileTime.fromMillis(1));
    assertThat(block.events()).isNotEqualTo(after);
  }

  @Test
  void whatTheKernelKeepsInStoreIsNoDiskUntilSomethingIsAttached() throws IOException {
    SysTree tree = new SysTree(root);
    for (String name : List.of("loop0", "nbd0", "zram0", "sda")) {
      tree.disk(name, "virtual/block/" + name).put("size", "0\n");
    }
    SysTree.Disk attached = tree.disk("loop1", "virtual/block/loop1");
    assertThat(new SysBlock(root).names()).containsExactly("loop1", "sda");
    assertThat(new SysBlock(root).read("loop0")).isEmpty();
    assertThat(new SysBlock(root).read("loop1")).isPresent();
    attached.put("size", "0\n");
    assertThat(new SysBlock(root).names()).containsExactly("sda");
    assertThat(new SysBlock(root).read("sda")).as("a drive without a medium").isPresent();
  }

  @Test
  void aDiskIsFoundByTheNameAndNumberOfItsPartition() throws IOException {
    SysTree.Disk disk = new SysTree(root).disk("sda", "pci0000:00/ata1");
    disk.put("sda2/partition", "2\n").put("sda2/start", "4096\n").put("sda2/size", "8\n");
    disk.put("sda2/dev", "8:2\n");
    Path numbers = Files.createDirectories(root.resolve("sys/dev/block"));
    Files.createSymbolicLink(numbers.resolve("8:0"), disk.directory());
    Files.createSymbolicLink(numbers.resolve("8:2"), disk.directory().resolve("sda2"));
    Files.createSymbolicLink(
        root.resolve("sys/class/block/sda2"), disk.directory().resolve("sda2"));
    SysBlock sysBlock = new SysBlock(root);
    assertThat(sysBlock.diskOf("sda2").map(SysDisk::name)).contains("sda");
    assertThat(sysBlock.diskOf("sda").map(SysDisk::name)).contains("sda");
    assertThat(sysBlock.diskOf(new DeviceNumber(8, 2)).map(SysDisk::name)).contains("sda");
    assertThat(sysBlock.diskOf(new DeviceNumber(8, 0)).map(SysDisk::name)).contains("sda");
    assertThat(sysBlock.diskOf(new DeviceNumber(0, 40))).isEmpty();
    assertThat(sysBlock.diskOf("root")).isEmpty();
  }

  @Test
  void namesComeInNaturalOrderWithTheirSlashes() throws IOException {
    SysTree tree = new SysTree(root);
    for (String name :
        "loop10 loop2 nvme1n1 nvme0n10 nvme0n2 sdaa sdb sda cciss!c0d0 vda xvdab xvdc".split(" ")) {
      tree.disk(name, "virtual/block/" + name);
    }
    assertThat(new SysBlock(root).names())
        .containsExactly(
            "cciss/c0d0",
            "loop2",
            "loop10",
            "nvme0n2",
            "nvme0n10",
            "nvme1n1",
            "sda",
            "sdb",
            "sdaa",
            "vda",
            "xvdc",
            "xvdab");
    assertThat(new SysBlock(root).read("cciss/c0d0").orElseThrow().node())
        .isEqualTo(Path.of("/dev/cciss/c0d0"));
    assertThat(new SysBlock(root).number("cciss/c0d0")).contains(new DeviceNumber(8, 16));
  }

  @ParameterizedTest
  @CsvSource({
    "pci/ata1/host0/target0:0:0/0:0:0:0, sata",
    "pci/host1/port-1:0/end_device-1:0/target1:0:0/1:0:0:0, sas",
    "pci/usb2/2-1/2-1:1.0/host5/target5:0:0/5:0:0:0, usb",
    "platform/host3/session1/target3:0:0/3:0:0:1, iscsi",
    "pci/host7/rport-7:0-1/target7:0:0/7:0:0:0, fc",
    "pci/virtio3, virtio",
    "pci/mmc_host/mmc0/mmc0:0001, mmc",
    "pci/host2/target2:0:0/2:0:0:0, scsi",
    "platform/strange, ''"
  })
  void theTransportIsToldFromThePath(String parent, String transport) throws IOException {
    new SysTree(root).disk("sda", parent);
    assertThat(new SysBlock(root).read("sda").orElseThrow().transport()).isEqualTo(transport);
  }

  @ParameterizedTest
  @CsvSource({"pcie, nvme", "tcp, nvme-tcp", "rdma, nvme-rdma", "fc, nvme-fc", "'', ''"})
  void aNamespaceHasTheTransportOfItsController(String said, String transport) throws IOException {
    new SysTree(root).disk("nvme0n1", "any/nvme/nvme0").put("device/transport", said + "\n");
    assertThat(new SysBlock(root).read("nvme0n1").orElseThrow().transport()).isEqualTo(transport);
  }

  @Test
  void onePathOverANetworkMakesANetworkDisk() throws IOException {
    SysTree.Disk disk =
        new SysTree(root)
            .disk("nvme0n1", "virtual/nvme-subsystem/nvme-subsys0")
            .put("device/nvme0/transport", "pcie\n")
            .put("device/nvme1/transport", "tcp\n");
    assertThat(new SysBlock(root).read("nvme0n1").orElseThrow().transport()).isEqualTo("nvme-tcp");
    disk.put("device/nvme1/transport", "pcie\n");
    assertThat(new SysBlock(root).read("nvme0n1").orElseThrow().transport()).isEqualTo("nvme");
  }

  @Test
  void aStoppedDiskIsSuspended() throws IOException {
    SysTree tree = new SysTree(root);
    tree.disk("dm-0", "virtual/block/dm").put("dm/suspended", "1\n");
    tree.disk("sdb", "pci/host0/target0/0:0:0:1").put("device/state", "offline\n");
    tree.disk("nvme0n1", "pci/nvme/nvme0").put("device/state", "live\n");
    assertThat(new SysBlock(root).read("dm-0").orElseThrow().suspended()).isTrue();
    assertThat(new SysBlock(root).read("sdb").orElseThrow().suspended()).isTrue();
    assertThat(new SysBlock(root).read("nvme0n1").orElseThrow().suspended()).isFalse();
  }

  @Test
  void aLoopDeviceNamesItsFile() throws IOException {
    new SysTree(root)
        .disk("loop0", "virtual/block/loop")
        .put("loop/backing_file", "/var/lib/a file\n");
    assertThat(new SysBlock(root).read("loop0").orElseThrow().backingFile())
        .isEqualTo("/var/lib/a file");
  }

  @Test
  void aDiskThatIsNotThereIsEmpty() throws IOException {
    SysTree.Disk disk = new SysTree(root).disk("sdc", "pci/host0/target0/0:0:0:1");
    assertThat(new SysBlock(root).read("sdd")).isEmpty();
    assertThat(new SysBlock(root).number("sdd")).isEmpty();
    Files.move(disk.directory(), root.resolve("gone"));
    assertThat(new SysBlock(root).read("sdc")).isEmpty();
  }

  @Test
  void anAttributeThatCannotBeReadIsAnError() throws IOException {
    SysTree tree = new SysTree(root);
    tree.disk("sda", "pci/a").put("ro/a", "a directory fails with EISDIR");
    tree.disk("sdb", "pci/b").put("removable", "maybe\n");
    tree.disk("sdc", "pci/c").put("dev", "eight\n");
    assertThatIOException().isThrownBy(() -> new SysBlock(root).read("sda"));
    assertThatIOException().isThrownBy(() -> new SysBlock(root).read("sdb"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new SysBlock(root).number("sdc"))
        .withMessageContaining("eight");
  }
}
