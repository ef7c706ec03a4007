package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Exhibit.MIB;
import static dev.spindle.sanity.gallery.Finding.data;
import static dev.spindle.sanity.gallery.Finding.superblock;

import dev.spindle.disks.eligibility.Reason.Code;
import java.util.List;
import java.util.stream.Stream;

/** Data whose signature somebody took away, and more than one at once. */
final class Remnants {
  private static final Tool WIPEFS = new Tool("util-linux", "wipefs");

  private Remnants() {}

  static List<Exhibit> all() {
    return Stream.of(zeroed(), wiped(), mixed()).flatMap(List::stream).toList();
  }

  private static List<Exhibit> zeroed() {
    return List.of(
        zeroed("ext4 without its superblock", Filesystems.ext4(), 1024, 2048),
        zeroed("ext4 without its first MiB", Filesystems.ext4(), 0, MIB),
        zeroed("XFS without its first sector", Filesystems.xfs(), 0, 512),
        zeroed("Btrfs without its superblock", Filesystems.btrfs(), 65536, 69632),
        zeroed("NTFS without its boot sector", Filesystems.ntfs(), 0, 512),
        zeroed("LUKS 2 without both of its headers", Layers.luks2(), 0, 32768));
  }

  private static Exhibit zeroed(String name, Exhibit whole, long from, long to) {
    return whole.named(name).found(data()).with(disk -> disk.zero(from, to));
  }

  private static List<Exhibit> wiped() {
    return Stream.of(Filesystems.ext4(), Filesystems.xfs(), Filesystems.btrfs(), Filesystems.ntfs())
        .map(
            whole ->
                whole
                    .named(whole.name() + " after wipefs")
                    .found(data())
                    .after(WIPEFS.on("-q", "--all")))
        .toList();
  }

  private static List<Exhibit> mixed() {
    return List.of(
        Filesystems.ext4()
            .named("ext4, and a machine asleep in swap on the same disk")
            .found(
                new Finding(
                    Code.AMBIGUOUS_SIGNATURE,
                    "more than one filesystem or RAID signature is on it"))
            .with(disk -> disk.text(4096 - 10, "S1SUSPEND\0")),
        Filesystems.ext4()
            .named("ext4 whose superblock has a bad checksum")
            .with(disk -> disk.hex(1024 + 1020, "00000000")),
        Filesystems.ext4()
            .named("ext4 over what looks like a record of ours")
            .with(disk -> disk.text(MIB, "SPINDLE\0").put(MIB + 8, Noise.bytes(1000))),
        Exhibit.of(
            "the first 36 MiB of a larger XFS",
            superblock("xfs"),
            Filesystems.XFS.image("-q", "-d", "name=" + Tool.IMAGE + ",size=300m,file=1")));
  }
}
