package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Exhibit.MIB;
import static dev.spindle.sanity.gallery.Finding.data;
import static dev.spindle.sanity.gallery.Finding.dataAt;
import static dev.spindle.sanity.gallery.Finding.protectiveMbr;
import static dev.spindle.sanity.gallery.Finding.table;

import dev.spindle.disks.eligibility.Reason.Code;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Partition tables, whole and damaged, with partitions and without. */
final class Tables {
  static final Tool SGDISK = new Tool("gdisk", "sgdisk");

  private static final String GPT = "gpt";
  private static final Tool ADDPART = new Tool("util-linux", "addpart");

  private Tables() {}

  static List<Exhibit> all() {
    return Stream.of(ofPersonalComputers(), gpt(), damagedGpt(), ofWorkstations(), known())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Exhibit> ofPersonalComputers() {
    return List.of(
        Exhibit.of("an MBR with a partition", table("dos"), mbr()),
        Exhibit.of("an MBR with a partition", table("dos"), mbr()).withLargeSectors(),
        Exhibit.written(
            "an MBR without partitions",
            table("dos"),
            disk -> disk.le32(440, 0x12345678).hex(510, "55aa")),
        Exhibit.written(
            "an MBR with nothing but its last two bytes",
            table("dos"),
            disk -> disk.hex(510, "55aa")),
        partitioned("an MBR with logical partitions", "05"),
        partitioned("an MBR with subpartitions of Minix", "81"),
        partitioned("a dynamic disk of Windows", "42")
            .with(disk -> disk.text(disk.end(MIB), "PRIVHEAD").text(512 * 6, "PRIVHEAD")),
        partitioned("an MBR with FreeBSD in it", "a5")
            .with(disk -> disk.hex(MIB + 512, "57455682").hex(MIB + 512 + 132, "57455682")),
        partitioned("an MBR with Solaris in it", "bf")
            .with(disk -> disk.le32(MIB + 524, 0x600DDEEE).le32(MIB + 528, 1)),
        partitioned("an MBR with UnixWare in it", "63")
            .with(disk -> disk.le32(MIB + 29 * 512 + 4, 0xCA5E600DL)),
        Exhibit.written(
            "boot code without the two bytes that end an MBR",
            dataAt(0),
            disk ->
                disk.hex(0, "fa33c08ed0bc007c8bf45007501ffbfc")
                    .text(300, "Missing operating system")));
  }

  private static Maker mbr() {
    return SGDISK.on("--new=1:0:0", "--gpttombr=1");
  }

  private static Exhibit partitioned(String name, String type) {
    return Exhibit.written(
        name,
        table("dos"),
        disk ->
            disk.le32(440, 0x12345678)
                .hex(446 + 4, type)
                .le32(446 + 8, 2048)
                .le32(446 + 12, 65536)
                .hex(510, "55aa"));
  }

  private static List<Exhibit> gpt() {
    return List.of(
        withPartition("a GPT"),
        withPartition("a GPT").withLargeSectors(),
        Exhibit.of("a GPT without partitions", table(GPT), SGDISK.on("--clear")),
        Exhibit.of("a hybrid MBR", table(GPT), SGDISK.on("--new=1:0:0", "--hybrid=1")),
        withPartition("a GPT whose protective MBR is gone").with(disk -> disk.zero(0, 512)),
        Exhibit.of(
            "an ISO image that boots from USB sticks, with a map of Apple",
            Finding.superblock("iso9660"),
            Filesystems.ISO.image(
                "-as",
                "mkisofs",
                "-quiet",
                "-hfsplus",
                "-apm-block-size",
                "2048",
                "-o",
                Tool.IMAGE,
                Tool.FILES)));
  }

  private static Exhibit withPartition(String name) {
    return Exhibit.of(name, table(GPT), SGDISK.on("--new=1:0:0", "--change-name=1:data"));
  }

  private static List<Exhibit> damagedGpt() {
    return List.of(
        withPartition("a GPT of which only the backup is left").with(disk -> disk.zero(0, MIB)),
        withPartition("a GPT whose primary header has a bad CRC").with(Tables::badPrimary),
        withPartition("a GPT whose entries have a bad CRC").with(disk -> disk.hex(1024 + 40, "ff")),
        withPartition("a GPT whose backup has a bad CRC").with(Tables::badBackup),
        withPartition("a GPT whose headers both have a bad CRC")
            .found(protectiveMbr())
            .with(Tables::badPrimary)
            .with(Tables::badBackup),
        withPartition("a protective MBR, the GPT being gone")
            .found(protectiveMbr())
            .with(disk -> disk.zero(512, MIB).zero(disk.end(MIB), disk.size())),
        withPartition("a GPT with bad CRCs and no protective MBR")
            .found(dataAt(512))
            .with(Tables::badPrimary)
            .with(Tables::badBackup)
            .with(disk -> disk.zero(0, 512)),
        withPartition("a GPT of which only a backup with a bad CRC is left")
            .found(data())
            .with(Tables::badBackup)
            .with(disk -> disk.zero(0, MIB)),
        Exhibit.written(
                "a GPT for sectors of 512, seen through sectors of 4096",
                protectiveMbr(),
                disk -> HandmadeGpt.write(disk, 512))
            .withSectors(4096),
        Exhibit.written(
            "a GPT for sectors of 4096, seen through sectors of 512",
            protectiveMbr(),
            disk -> HandmadeGpt.write(disk, 4096)),
        Exhibit.written(
            "a GPT of a larger disk, of which this is a copy of the start",
            protectiveMbr(),
            disk -> HandmadeGpt.write(disk, 512, disk.size() * 2)));
  }

  private static void badPrimary(Canvas disk) throws IOException {
    disk.hex(512 + 16, "00000000");
  }

  private static void badBackup(Canvas disk) throws IOException {
    disk.hex(disk.end(512) + 16, "00000000");
  }

  private static List<Exhibit> ofWorkstations() {
    return List.of(
        Exhibit.written("a partition map of Apple", table("mac"), Tables::apple),
        Exhibit.written("a label of Sun", table("sun"), Tables::sun),
        Exhibit.written("a label of SGI", table("sgi"), Tables::sgi),
        Exhibit.written("a label of AIX", table("aix"), disk -> disk.hex(0, "c9c2d4c1")),
        Exhibit.written(
            "a label of Ultrix",
            table("ultrix"),
            disk -> disk.le32(16384 - 72, 0x032957).le32(16384 - 68, 1).le32(16384 - 64, 65536)),
        Exhibit.written(
            "a root sector of Atari (AHDI)",
            table("atari"),
            disk ->
                disk.be32(0x1C2, disk.size() / 512)
                    .hex(0x1C6, "01")
                    .text(0x1C7, "GEM")
                    .be32(0x1CA, 2)
                    .be32(0x1CE, 32768)),
        Exhibit.written(
            "a rigid disk block of Amiga, which libblkid does not know",
            dataAt(0),
            disk -> disk.text(0, "RDSK").be32(4, 64).be32(16, 512).text(512, "PART").be32(516, 64)),
        Exhibit.written(
            "a label of BSD without an MBR around it",
            dataAt(512),
            disk -> disk.hex(512, "57455682").text(520, "disk").hex(512 + 132, "57455682")),
        Exhibit.written(
            "a volume label of a mainframe's DASD",
            dataAt(8192),
            disk -> disk.hex(8192, "e5d6d3f1e5d6d3f1f0e7f0f1f2f3")),
        Exhibit.written(
            "the words that Plan 9 has for a table",
            dataAt(512),
            disk -> disk.text(512, "part 9fat 63 20543\npart fs 20543 65536\n")));
  }

  private static void apple(Canvas disk) throws IOException {
    disk.text(0, "ER").be16(2, 512).be32(4, disk.size() / 512);
    disk.text(512, "PM").be32(516, 2).be32(520, 1).be32(524, 63);
    disk.text(528, "Apple").text(560, "Apple_partition_map");
    disk.text(1024, "PM").be32(1028, 2).be32(1032, 64).be32(1036, 65536);
    disk.text(1040, "Macintosh HD").text(1072, "Apple_HFS");
  }

  private static void sun(Canvas disk) throws IOException {
    disk.text(0, "SUN0432 cyl 1151 alt 2 hd 8 sec 8");
    disk.be32(128, 1).be16(140, 8).be32(188, 0x600DDEEE);
    disk.be16(432, 1151).be16(436, 8).be16(438, 8).be32(444, 0).be32(448, 65536);
    disk.be16(508, 0xDABE);
    byte[] label = disk.read(0, 510);
    int sum = 0;
    for (int at = 0; at < label.length; at += 2) {
      sum ^= (label[at] & 0xFF) << 8 | (label[at + 1] & 0xFF);
    }
    disk.be16(510, sum);
  }

  private static void sgi(Canvas disk) throws IOException {
    disk.be32(0, 0x0be5a941).be16(6, 1).text(8, "/unix");
    disk.be32(312, 65536).be32(316, 4096).be32(320, 10);
    byte[] label = disk.read(0, 504);
    int sum = 0;
    for (int at = 0; at < label.length; at += 4) {
      sum += Integer.reverseBytes((int) Checksums.le32(label, at));
    }
    disk.be32(504, -sum);
  }

  /** What the kernel still knows of a table counts too, whatever is on the disk by now. */
  private static List<Exhibit> known() {
    Finding partitions = new Finding(Code.PARTITIONS, "it has partitions");
    return List.of(
        Exhibit.of(
            "a partition in the kernel's memory, and nothing on the disk",
            partitions,
            ADDPART.around(Tool.IMAGE, "1", "2048", "4096")),
        Exhibit.of(
            "a GPT whose partition the kernel knows",
            partitions,
            SGDISK.on("--new=1:2048:6143").then(ADDPART.around(Tool.IMAGE, "1", "2048", "4096"))));
  }
}
