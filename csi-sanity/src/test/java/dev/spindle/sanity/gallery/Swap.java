package dev.spindle.sanity.gallery;

import static dev.spindle.sanity.gallery.Finding.superblock;

import java.util.List;

/** Swap space, and the memory of machines that sleep in it. */
final class Swap {
  private static final Tool MKSWAP = new Tool("util-linux", "mkswap");
  private static final int MAGIC = 4096 - 10;

  private Swap() {}

  static List<Exhibit> all() {
    return List.of(
        Exhibit.of("swap", superblock("swap"), MKSWAP.on("-q", "-p", "4096", "-L", "swap0")),
        Exhibit.of(
            "swap of a machine with large pages", superblock("swap"), MKSWAP.on("-p", "65536")),
        Exhibit.written(
            "swap of before 1998", superblock("swap"), disk -> disk.text(MAGIC, "SWAP-SPACE")),
        asleep("a machine suspended to disk", "S1SUSPEND\0"),
        asleep("a machine suspended to disk from user space", "ULSUSPEND\0"),
        asleep("a machine suspended to disk, newer", "LINHIB0001"),
        Exhibit.written(
            "a machine suspended by TuxOnIce",
            superblock("swsuspend"),
            disk -> disk.hex(0, "edc302e99856e50c")));
  }

  private static Exhibit asleep(String name, String magic) {
    return Exhibit.of(
        name,
        superblock("swsuspend"),
        MKSWAP
            .on("-q", "-p", "4096")
            .then(node -> Canvas.on(node, disk -> disk.text(MAGIC, magic))));
  }
}
