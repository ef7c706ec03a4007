package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Exhibit.MIB;
import static dev.spindle.sanity.gallery.Finding.superblock;
import static dev.spindle.sanity.gallery.Tool.FILES;
import static dev.spindle.sanity.gallery.Tool.IMAGE;

import java.util.List;
import java.util.stream.Stream;

/** Filesystems made by the programs that people make them with. */
final class Filesystems {
  static final Tool EXT = new Tool("e2fsprogs", "mke2fs");
  static final Tool XFS = new Tool("xfsprogs", "mkfs.xfs");
  static final Tool BTRFS = new Tool("btrfs-progs", "mkfs.btrfs");
  static final Tool NTFS = new Tool("ntfs-3g", "mkntfs");
  static final Tool ISO = new Tool("xorriso", "xorriso");

  private static final Tool FAT = new Tool("dosfstools", "mkfs.fat");
  private static final Tool MINIX = new Tool("util-linux-extra", "mkfs.minix");

  private Filesystems() {}

  static List<Exhibit> all() {
    return Stream.of(ofLinux(), ofOthers(), ofClusters(), ofFlash(), readOnly())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Exhibit> ofLinux() {
    return List.of(
        Exhibit.of("ext2", superblock("ext2"), EXT.on("-q", "-t", "ext2")),
        Exhibit.of("ext3", superblock("ext3"), EXT.on("-q", "-t", "ext3", "-L", "home")),
        ext4(),
        ext4().withLargeSectors(),
        Exhibit.of(
            "a journal of ext4 on a disk of its own",
            superblock("jbd"),
            EXT.on("-q", "-O", "journal_dev")),
        xfs(),
        xfs().withLargeSectors(),
        btrfs(),
        Exhibit.of(
            "JFS", superblock("jfs"), new Tool("jfsutils", "mkfs.jfs").on("-q", "-L", "archive")),
        Exhibit.of(
            "ReiserFS",
            superblock("reiserfs"),
            new Tool("reiserfsprogs", "mkfs.reiserfs").on("-q", "-f", "-f")),
        Exhibit.of(
            "NILFS2",
            superblock("nilfs2"),
            new Tool("nilfs-tools", "mkfs.nilfs2").on("-q", "-f", "-B", "16")),
        Exhibit.of("Minix, version 1", superblock("minix"), MINIX.on("-1")),
        Exhibit.of("Minix, version 2", superblock("minix"), MINIX.on("-2")),
        Exhibit.of("Minix, version 3", superblock("minix"), MINIX.on("-3")));
  }

  static Exhibit ext4() {
    return Exhibit.of("ext4", superblock("ext4"), EXT.on("-q", "-t", "ext4", "-L", "data"));
  }

  static Exhibit xfs() {
    return Exhibit.of("XFS", superblock("xfs"), XFS.on("-q", "-L", "archive")).sized(300 * MIB);
  }

  static Exhibit btrfs() {
    return Exhibit.of("Btrfs", superblock("btrfs"), BTRFS.on("-q", "-L", "pool")).sized(128 * MIB);
  }

  private static List<Exhibit> ofOthers() {
    return List.of(
        Exhibit.of("FAT12", superblock("vfat"), FAT.on("-I", "-F", "12")),
        Exhibit.of("FAT16", superblock("vfat"), FAT.on("-I", "-F", "16", "-n", "CAMERA")),
        Exhibit.of("FAT32", superblock("vfat"), FAT.on("-I", "-F", "32")),
        Exhibit.of("exFAT", superblock("exfat"), new Tool("exfatprogs", "mkfs.exfat").on()),
        ntfs(),
        Exhibit.of("UDF", superblock("udf"), new Tool("udftools", "mkudffs").on("--media-type=hd")),
        Exhibit.of("BFS of SCO", superblock("bfs"), new Tool("util-linux-extra", "mkfs.bfs").on()));
  }

  static Exhibit ntfs() {
    return Exhibit.of("NTFS", superblock("ntfs"), NTFS.on("-F", "-Q", "-L", "Daten"));
  }

  private static List<Exhibit> ofClusters() {
    return List.of(
        Exhibit.of(
                "GFS2",
                superblock("gfs2"),
                new Tool("gfs2-utils", "mkfs.gfs2").on("-q", "-O", "-p", "lock_nolock", "-J", "8"))
            .sized(64 * MIB),
        Exhibit.of(
                "OCFS2",
                superblock("ocfs2"),
                new Tool("ocfs2-tools", "mkfs.ocfs2")
                    .on("-q", "-F", "-M", "local", "-J", "size=4M"))
            .sized(128 * MIB));
  }

  private static List<Exhibit> ofFlash() {
    return List.of(
        Exhibit.of("F2FS", superblock("f2fs"), new Tool("f2fs-tools", "mkfs.f2fs").on("-q"))
            .sized(64 * MIB),
        Exhibit.of(
            "UBIFS",
            superblock("ubifs"),
            new Tool("mtd-utils", "mkfs.ubifs")
                .image("-r", FILES, "-m", "2048", "-e", "126976", "-c", "200", "-o", IMAGE)));
  }

  private static List<Exhibit> readOnly() {
    return List.of(
        Exhibit.of(
            "ISO 9660",
            superblock("iso9660"),
            ISO.image("-as", "mkisofs", "-quiet", "-V", "DEBIAN", "-o", IMAGE, FILES)),
        Exhibit.of(
            "SquashFS",
            superblock("squashfs"),
            new Tool("squashfs-tools", "mksquashfs").image(FILES, IMAGE, "-quiet", "-no-progress")),
        Exhibit.of(
            "EROFS",
            superblock("erofs"),
            new Tool("erofs-utils", "mkfs.erofs").image(IMAGE, FILES)),
        Exhibit.of(
            "cramfs",
            superblock("cramfs"),
            new Tool("util-linux-extra", "mkfs.cramfs").image(FILES, IMAGE)),
        Exhibit.of(
            "romfs",
            superblock("romfs"),
            new Tool("genromfs", "genromfs").image("-d", FILES, "-f", IMAGE)));
  }
}
