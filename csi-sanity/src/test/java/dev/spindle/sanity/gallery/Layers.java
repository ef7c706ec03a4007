package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Exhibit.MIB;
import static dev.spindle.sanity.gallery.Finding.data;
import static dev.spindle.sanity.gallery.Finding.superblock;
import static dev.spindle.sanity.gallery.Tool.IMAGE;
import static dev.spindle.sanity.gallery.Tool.KEY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What lies between a disk and filesystems: volume managers, encryption, caches, replication. */
final class Layers {
  private static final Tool BCACHE = new Tool("bcache-tools", "make-bcache");
  private static final Tool DRBD = new Tool("drbd-utils", "drbdmeta");
  private static final Tool CRYPTSETUP = new Tool("cryptsetup-bin", "cryptsetup");
  private static final String LUKS = "crypto_LUKS";

  private Layers() {}

  static List<Exhibit> all() {
    return Stream.of(volumeManagers(), encryption(), mapped(), caches(), replicated(), storage())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Exhibit> volumeManagers() {
    return List.of(
        Exhibit.of(
            "an LVM physical volume",
            superblock("LVM2_member"),
            new Tool("lvm2", "pvcreate")
                .around(
                    "-q",
                    "-y",
                    "--devices",
                    IMAGE,
                    "--config",
                    "backup{backup=0 archive=0}",
                    IMAGE)),
        Exhibit.written(
            "an LVM 1 physical volume",
            superblock("LVM1_member"),
            disk -> disk.text(0, "HM").le16(2, 2).text(44, "abcdefghijklmnopqrstuvwxyz012345")),
        Exhibit.written("a member of a ZFS pool", superblock("zfs_member"), Layers::zfs)
            .sized(64 * MIB),
        Exhibit.written("a member of a Stratis pool", superblock("stratis"), Layers::stratis),
        Exhibit.written(
            "an extent of a VMFS volume",
            superblock("VMFS_volume_member"),
            disk -> disk.hex(MIB, "0dd001c0").le32(MIB + 4, 5).put(MIB + 130, Noise.bytes(16))),
        Exhibit.of(
            "UBI volumes",
            superblock("ubi"),
            node ->
                Canvas.on(
                    node,
                    disk -> {
                      disk.text(0, "UBI#").hex(4, "01").be64(8, 1).be32(16, 2048).be32(20, 4096);
                      disk.be32(24, 0x1234567).be32(60, ~Checksums.crc32(disk.read(0, 60)));
                    })));
  }

  private static void zfs(Canvas disk) throws IOException {
    long label = 256 << 10;
    long end = disk.size() / label * label;
    for (long at : new long[] {0, label, end - 2 * label, end - label}) {
      disk.put(at + (16 << 10), ZfsLabel.pairs());
      for (int uberblock = 0; uberblock < 128; uberblock++) {
        long block = at + (128 << 10) + uberblock * 1024L;
        disk.le64(block, 0x00bab10c).le64(block + 8, 5000).le64(block + 16, 4 + uberblock);
      }
    }
  }

  private static void stratis(Canvas disk) throws IOException {
    byte[] magic = "!Stra0tis\u0086\u00ff\u0002^Arh".getBytes(StandardCharsets.ISO_8859_1);
    for (long at : new long[] {512, 9 * 512}) {
      disk.put(at + 4, magic).le64(at + 20, disk.size() / 512);
      disk.text(at + 32, "0123456789abcdef0123456789abcdef");
      disk.text(at + 64, "fedcba9876543210fedcba9876543210").le64(at + 96, 2048);
      CRC32C crc = new CRC32C();
      crc.update(disk.read(at + 4, 508));
      disk.le32(at, crc.getValue());
    }
  }

  private static List<Exhibit> encryption() {
    return List.of(
        Exhibit.of(
            "LUKS 1",
            superblock(LUKS),
            CRYPTSETUP.on(luks("luks1", "--pbkdf-force-iterations", "1000"))),
        luks2(),
        luks2()
            .named("LUKS 2 without its first header")
            .found(superblock(LUKS).or(data()))
            .with(disk -> disk.zero(0, 4096)),
        Exhibit.written(
            "BitLocker",
            superblock("BitLocker"),
            disk -> {
              disk.hex(0, "eb5890").text(3, "-FVE-FS-").le16(11, 512).hex(510, "55aa");
              disk.put(160, Noise.bytes(16)).le64(176, 2 * MIB);
              disk.text(2 * MIB, "-FVE-FS-").le16(2 * MIB + 10, 2);
              disk.le32(2 * MIB + 64, 48).le32(2 * MIB + 68, 1).le32(2 * MIB + 72, 48);
            }),
        Exhibit.written(
            "BitLocker of Windows Vista",
            superblock("BitLocker"),
            disk -> disk.hex(0, "eb5290").text(3, "-FVE-FS-").le16(11, 512).hex(510, "55aa")),
        Exhibit.written(
            "plain dm-crypt or VeraCrypt, which look like noise",
            Finding.dataAt(0),
            disk -> disk.put(0, Noise.bytes((int) disk.size()))));
  }

  static Exhibit luks2() {
    return Exhibit.of(
        "LUKS 2",
        superblock(LUKS),
        CRYPTSETUP.on(luks("luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")));
  }

  private static String[] luks(String type, String... more) {
    return Stream.concat(
            Stream.of("luksFormat", "-q", "--type", type, "--key-file", KEY), Stream.of(more))
        .toArray(String[]::new);
  }

  private static List<Exhibit> mapped() {
    return List.of(
        Exhibit.written(
            "the copied blocks of a device-mapper snapshot",
            superblock("DM_snapshot_cow"),
            disk -> disk.text(0, "SnAp").le32(4, 1).le32(8, 1).le32(12, 16)),
        Exhibit.of(
            "the hashes of dm-verity",
            superblock("DM_verity_hash"),
            new Tool("cryptsetup-bin", "veritysetup").on("format", KEY)),
        Exhibit.written(
            "dm-integrity",
            superblock("DM_integrity"),
            disk ->
                disk.text(0, "integrt").hex(8, "010f").le16(10, 4).le32(12, 50).le64(16, 65536)),
        Exhibit.written(
            "a VDO",
            superblock("vdo"),
            disk -> disk.text(0, "dmvdo001").le32(8, 5).put(40, Noise.bytes(16))),
        Exhibit.written(
            "metadata of a thin pool, which libblkid does not know",
            data(),
            disk -> disk.le64(16, 1).le64(32, 27022010).le32(40, 2)),
        Exhibit.written(
            "metadata of dm-cache, which libblkid does not know",
            data(),
            disk -> disk.le64(8, 0).le64(32, 6142003).le32(40, 2)),
        Exhibit.written(
            "the cache of dm-writeboost, which libblkid does not know",
            Finding.dataAt(0),
            disk -> disk.le32(0, 0x57427374)));
  }

  private static List<Exhibit> caches() {
    return List.of(
        Exhibit.of("a disk behind bcache", superblock("bcache"), BCACHE.on("-B")),
        Exhibit.of(
            "the cache of bcache", superblock("bcache"), BCACHE.on("--bucket", "64k", "-C")));
  }

  private static List<Exhibit> replicated() {
    return List.of(
        Exhibit.of(
            "DRBD 9",
            superblock("drbd"),
            DRBD.around("--force", "0", "v09", IMAGE, "internal", "create-md", "1")),
        Exhibit.of(
            "DRBD 8",
            superblock("drbd"),
            DRBD.around("--force", "0", "v08", IMAGE, "internal", "create-md")),
        Exhibit.written(
            "DRBD's control volume",
            superblock("drbdmanage_control_volume"),
            disk ->
                disk.text(0, "$DRBDmgr=q0123456789abcdef0123456789abcdef0\n")
                    .hex(4096, "1adb98a2")),
        Exhibit.written(
            "the log of a DRBD proxy",
            superblock("drbdproxy_datalog"),
            disk -> disk.text(0, "DRBDdlh*").le64(8, 1).put(16, Noise.bytes(16))));
  }

  private static List<Exhibit> storage() {
    return List.of(
        Exhibit.written(
            "an OSD of Ceph (BlueStore)",
            superblock("ceph_bluestore"),
            disk ->
                disk.text(0, "bluestore block device\n0b9f6a5e-3f0c-4a57-9d0e-5c1f7a3f2b10\n")
                    .hex(60, "0201")));
  }
}
