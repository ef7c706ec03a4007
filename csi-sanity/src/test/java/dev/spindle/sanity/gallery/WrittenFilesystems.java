package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Exhibit.MIB;
import static dev.spindle.sanity.gallery.Finding.data;
import static dev.spindle.sanity.gallery.Finding.superblock;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Filesystems for which Debian has no program: what tells them, at the places where it stands. */
final class WrittenFilesystems {
  private WrittenFilesystems() {}

  static List<Exhibit> all() {
    return Stream.of(ofApple(), ofMicrosoft(), ofUnix(), ofServers(), ofLinux())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Exhibit> ofApple() {
    return List.of(
        Exhibit.written(
            "HFS",
            superblock("hfs"),
            disk ->
                disk.text(1024, "BD")
                    .be32(1024 + 20, 512)
                    .be16(1024 + 28, 4)
                    .hex(1060, "034d6163")),
        Exhibit.written("HFS+", superblock("hfsplus"), disk -> hfsPlus(disk, "H+", 4)),
        Exhibit.written("HFSX", superblock("hfsplus"), disk -> hfsPlus(disk, "HX", 5)),
        Exhibit.written("APFS", superblock("apfs"), WrittenFilesystems::apfs));
  }

  private static void hfsPlus(Canvas disk, String signature, int version) throws IOException {
    disk.text(1024, signature).be16(1026, version).be32(1024 + 40, 4096);
    disk.be32(1024 + 44, disk.size() / 4096);
    // The catalog's first extent: four blocks from block 8.
    disk.be32(1024 + 272 + 16, 8).be32(1024 + 272 + 20, 4);
  }

  private static void apfs(Canvas disk) throws IOException {
    disk.le64(8, 1).le64(16, 4).le16(24, 1).le16(26, 0x8000);
    disk.text(32, "NXSB").le32(36, 4096).le64(40, disk.size() / 4096);
    disk.put(72, Noise.bytes(16));
    byte[] block = disk.read(8, 4088);
    long low = 0;
    long high = 0;
    for (int at = 0; at < block.length; at += 4) {
      low += Checksums.le32(block, at);
      high += low;
    }
    long modulus = 0xFFFFFFFFL;
    long first = modulus - (low + high) % modulus;
    long second = modulus - (low + first) % modulus;
    disk.le64(0, second << 32 | first);
  }

  private static List<Exhibit> ofMicrosoft() {
    return List.of(
        Exhibit.written(
            "ReFS",
            superblock("ReFS"),
            disk -> disk.hex(0, "00000052654653000000000000000000").text(16, "FSRS")),
        Exhibit.written(
            "HPFS of OS/2",
            superblock("hpfs"),
            disk ->
                disk.hex(0, "eb3c90")
                    .text(3, "OS2 20.0")
                    .text(54, "HPFS    ")
                    .hex(510, "55aa")
                    .hex(0x2000, "49e895f9c53ef4fa0202")
                    .hex(0x2200, "491891f9c52958fa")));
  }

  private static List<Exhibit> ofUnix() {
    return List.of(
        Exhibit.written(
            "UFS1 of BSD",
            superblock("ufs"),
            disk -> disk.le32(8192 + 52, 1024).le32(8192 + 1372, 0x00011954)),
        Exhibit.written(
            "UFS2 of BSD",
            superblock("ufs"),
            disk -> disk.le32(65536 + 52, 4096).le32(65536 + 1372, 0x19540119)),
        Exhibit.written(
            "UFS of SunOS",
            superblock("ufs"),
            disk -> disk.be32(8192 + 52, 1024).be32(8192 + 1372, 0x00011954)),
        Exhibit.written(
            "System V",
            superblock("sysv"),
            disk -> disk.le32(512 + 504, 0xfd187e20L).le32(1020, 2)),
        Exhibit.written(
            "Xenix, which libblkid looks for in another place",
            Finding.dataAt(2040),
            disk -> disk.le32(1024 + 1016, 0x2b5544).le32(1024 + 1020, 2)),
        Exhibit.written(
            "VxFS of HP-UX",
            superblock("vxfs"),
            disk -> disk.be32(8192, 0xa501fcf5L).be32(8196, 4).be32(8192 + 32, 1024)),
        Exhibit.written(
            "VxFS of UnixWare",
            superblock("vxfs"),
            disk -> disk.le32(1024, 0xa501fcf5L).le32(1028, 4).le32(1024 + 32, 1024)),
        Exhibit.written(
            "an AFS vice partition's volume header, which libblkid does not know",
            data(),
            disk -> disk.le32(64, 0x78a1b2c5L).le32(68, 1)));
  }

  private static List<Exhibit> ofServers() {
    return List.of(
        Exhibit.written(
            "VMFS",
            superblock("VMFS"),
            disk ->
                disk.hex(2 * MIB, "5ef1ab2f")
                    .le32(2 * MIB + 4, 5)
                    .hex(2 * MIB + 8, "05")
                    .put(2 * MIB + 9, Noise.bytes(16))
                    .text(2 * MIB + 29, "datastore1")),
        Exhibit.written(
            "OCFS of Oracle 9i, which libblkid looks for in another place",
            Finding.dataAt(0),
            disk -> disk.le32(0, 2).le32(4, 1).text(8, "OracleCFS")),
        Exhibit.written(
            "Oracle ASM",
            superblock("oracleasm"),
            disk -> disk.hex(0, "01820101").text(32, "ORCLDISKVOL1").text(72, "DATA_0000")),
        Exhibit.written(
            "GFS of Red Hat",
            superblock("gfs"),
            disk ->
                disk.be32(65536, 0x01161970)
                    .be32(65540, 1)
                    .be32(65536 + 16, 100)
                    .be32(65536 + 24, 1309)
                    .be32(65536 + 28, 1401)),
        Exhibit.written(
            "NSS of NetWare",
            superblock("nss"),
            disk -> disk.text(4096, "SPB5").le16(4100, 1).le16(4104, 1)),
        Exhibit.written(
            "NWFS of NetWare 3, which libblkid does not know",
            data(),
            disk ->
                disk.text(16384, "HOTFIX00")
                    .text(16384 + 512, "MIRROR00")
                    .text(17408 + 4096, "NetWare Volumes")),
        Exhibit.written("mpool", superblock("mpool"), WrittenFilesystems::mpool));
  }

  private static void mpool(Canvas disk) throws IOException {
    disk.text(0, "mpoolDev").text(8, "pool0").put(40, Noise.bytes(16)).le16(56, 1).le32(58, 1);
    CRC32C crc = new CRC32C();
    crc.update(disk.read(0, 62));
    disk.le32(62, crc.getValue());
  }

  private static List<Exhibit> ofLinux() {
    return List.of(
        Exhibit.written(
            "Reiser4",
            superblock("reiser4"),
            disk ->
                disk.text(65536, "ReIsEr4").hex(65536 + 19, "10").put(65536 + 20, Noise.bytes(16))),
        Exhibit.written(
            "bcachefs, which libblkid knows since 2.39",
            superblock("bcachefs").or(data()),
            WrittenFilesystems::bcachefs),
        Exhibit.written("zonefs", superblock("zonefs"), WrittenFilesystems::zonefs),
        Exhibit.written(
            "SquashFS of before 2009",
            superblock("squashfs3"),
            disk -> disk.text(0, "hsqs").le32(4, 3).le16(28, 3).le16(30, 1)),
        Exhibit.written(
            "ext4 with features that nobody knows yet",
            superblock("ext4"),
            disk -> {
              disk.le32(1024, 64).le32(1028, 32768).le16(1024 + 56, 0xEF53).le32(1024 + 76, 1);
              disk.le32(1024 + 20, 1).le32(1024 + 92, 4).le32(1024 + 96, 0x40).le32(1024 + 100, 8);
              disk.le32(1024 + 96, 0x7F000240L).le16(1024 + 88, 256).put(1128, Noise.bytes(16));
            }));
  }

  private static void bcachefs(Canvas disk) throws IOException {
    long at = 4096;
    disk.le16(at + 16, 13).le16(at + 18, 9);
    disk.hex(at + 24, "c68573f666ce90a9d96a60cf803df7ef");
    disk.put(at + 40, Noise.bytes(16)).put(at + 56, Noise.bytes(16)).text(at + 72, "pool");
    disk.le64(at + 104, 8).le64(at + 112, 1).le16(at + 120, 1).hex(at + 122, "0001");
    // The layout: up to 1 MiB each, one superblock, and this one is it.
    disk.hex(at + 240, "c68573f666ce90a9d96a60cf803df7ef")
        .hex(at + 256, "000b01")
        .le64(at + 264, 8);
  }

  private static void zonefs(Canvas disk) throws IOException {
    disk.text(0, "SFOZ").text(8, "zones").put(40, Noise.bytes(16));
    disk.le32(4, ~Checksums.crc32(disk.read(0, 4096)));
  }
}
