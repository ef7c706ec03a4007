package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Finding.superblock;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Members of RAID sets: of Linux md, for which a kernel with md would be needed, and of controllers
 * and mainboards, for which their hardware would.
 */
final class RaidMembers {
  private static final String MD = "linux_raid_member";
  private static final long MD_MAGIC = 0xa92b4efcL;

  private RaidMembers() {}

  static List<Exhibit> all() {
    return Stream.of(ofLinux(), ofMainboards(), ofControllers()).flatMap(List::stream).toList();
  }

  private static List<Exhibit> ofLinux() {
    return List.of(
        Exhibit.written(
            "md 0.90, whose superblock is near the end", superblock(MD), RaidMembers::md090),
        Exhibit.written(
            "md 1.0, whose superblock is at the end",
            superblock(MD),
            disk -> md1(disk, disk.end(8192))),
        Exhibit.written(
            "md 1.1, whose superblock is at the start", superblock(MD), disk -> md1(disk, 0)),
        Exhibit.written(
            "md 1.2, whose superblock is at 4096", superblock(MD), disk -> md1(disk, 4096)));
  }

  private static void md090(Canvas disk) throws IOException {
    long at = disk.size() / 65536 * 65536 - 65536;
    disk.le32(at, MD_MAGIC).le32(at + 8, 90).put(at + 20, Noise.bytes(4));
    // RAID 5 over four disks, of which this is the first.
    disk.le32(at + 28, 5).le32(at + 32, at / 1024).le32(at + 36, 4).le32(at + 40, 4);
    disk.put(at + 52, Noise.bytes(12)).le32(at + 256, 64);
    long sum = Checksums.sum32(disk.read(at, 4096));
    disk.le32(at + 152, (sum & 0xFFFFFFFFL) + (sum >>> 32));
  }

  private static void md1(Canvas disk, long at) throws IOException {
    disk.le32(at, MD_MAGIC).le32(at + 4, 1).put(at + 16, Noise.bytes(16)).text(at + 32, "node:0");
    disk.le32(at + 72, 5).le32(at + 76, 2).le64(at + 80, 65536).le32(at + 88, 1024);
    disk.le32(at + 92, 4).le64(at + 128, 2048).le64(at + 136, 65536).le64(at + 144, at / 512);
    disk.put(at + 168, Noise.bytes(16)).le64(at + 200, 17).le64(at + 208, -1);
    disk.le32(at + 220, 4).le64(at + 256, 0x0003000200010000L);
    long sum = Checksums.sum32(disk.read(at, 256 + 8));
    disk.le32(at + 216, (sum & 0xFFFFFFFFL) + (sum >>> 32));
  }

  private static List<Exhibit> ofMainboards() {
    return List.of(
        Exhibit.written(
            "Intel Matrix RAID",
            superblock("isw_raid_member"),
            disk ->
                disk.text(disk.end(1024), "Intel Raid ISM Cfg Sig. 1.3.00")
                    .le32(disk.end(988), 480)),
        Exhibit.written(
            "VIA RAID",
            superblock("via_raid_member"),
            disk -> {
              long at = disk.end(512);
              disk.hex(at, "55aa01").le16(at + 3, 3).le32(at + 6, 65536);
              disk.hex(at + 50, "%02x".formatted(Checksums.sum8(disk.read(at, 50))));
            }),
        Exhibit.written(
            "NVIDIA RAID",
            superblock("nvidia_raid_member"),
            disk -> {
              long at = disk.end(1024);
              disk.text(at, "NVIDIA  ").le32(at + 8, 30).le16(at + 16, 100);
              disk.le32(at + 12, -Checksums.sum32(disk.read(at, 120)));
            }),
        Exhibit.written(
            "Silicon Image Medley",
            superblock("silicon_medley_raid_member"),
            disk -> {
              long at = disk.end(512);
              disk.le32(at + 0x60, 0x2F000000L).le16(at + 0x108, 1).le16(at + 0x10A, 2);
              disk.le16(at + 0x13E, -Checksums.sum16(disk.read(at, 0x13E)));
            }),
        Exhibit.written(
            "JMicron RAID",
            superblock("jmicron_raid_member"),
            disk -> {
              long at = disk.end(512);
              disk.text(at, "JM")
                  .le16(at + 2, 0x0100)
                  .le32(at + 16, 0x12345678)
                  .text(at + 30, "set");
              disk.le16(at + 4, -Checksums.sum16(disk.read(at, 128)));
            }));
  }

  private static List<Exhibit> ofControllers() {
    return List.of(
        Exhibit.written(
            "DDF, as LSI and Dell controllers write it",
            superblock("ddf_raid_member"),
            RaidMembers::ddf),
        Exhibit.written(
            "LSI MegaRAID",
            superblock("lsi_mega_raid_member"),
            disk -> disk.text(disk.end(512), "$XIDE$")),
        Exhibit.written(
            "Promise FastTrak",
            superblock("promise_fasttrack_raid_member"),
            disk -> disk.text(disk.end(63 * 512), "Promise Technology, Inc.")),
        Exhibit.written(
            "HighPoint 37x",
            superblock("hpt37x_raid_member"),
            disk -> disk.le32(9 * 512 + 32, 0x5a7816f0L)),
        Exhibit.written(
            "HighPoint 45x",
            superblock("hpt45x_raid_member"),
            disk -> disk.le32(disk.end(11 * 512), 0x5a7816f3L)),
        Exhibit.written(
            "Adaptec HostRAID",
            superblock("adaptec_raid_member"),
            disk -> {
              long at = disk.end(512);
              disk.be32(at, 0x37FC4D1EL).text(at + 256, "DPTM");
            }));
  }

  private static void ddf(Canvas disk) throws IOException {
    long at = disk.end(512);
    disk.fill(at, at + 512, 0xFF);
    disk.be32(at, 0xDE11DE11L).text(at + 8, "LSI     0123456789abcdef").text(at + 32, "01.02.00");
    disk.be32(at + 40, 1).be64(at + 96, 0).be64(at + 104, 0);
    disk.be32(at + 4, Checksums.crc32(disk.read(at, 512)));
  }
}
