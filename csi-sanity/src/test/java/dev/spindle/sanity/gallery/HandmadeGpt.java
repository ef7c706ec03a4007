package dev.spindle.sanity.gallery;

import java.io.IOException;

/** A GPT (UEFI 2.10, chapter 5) for sectors or for a disk that are not those of the disk. */
final class HandmadeGpt {
  private static final int ENTRIES = 128;
  private static final int ENTRY_BYTES = 128;

  private HandmadeGpt() {}

  static void write(Canvas disk, int sector) throws IOException {
    write(disk, sector, disk.size());
  }

  /** Writes the primary table of a disk of some size. */
  static void write(Canvas disk, int sector, long diskBytes) throws IOException {
    long last = diskBytes / sector - 1;
    int entrySectors = ENTRIES * ENTRY_BYTES / sector;
    disk.hex(446, "00000200eeffffff").le32(454, 1).le32(458, last).hex(510, "55aa");
    long entries = 2L * sector;
    disk.hex(entries, "af3dc60f838472478e793d69d8477de4").put(entries + 16, Noise.bytes(16));
    disk.le64(entries + 32, 2 + entrySectors).le64(entries + 40, last - 1 - entrySectors);
    disk.le64(sector, 0x5452415020494645L).le32(sector + 8, 0x10000).le32(sector + 12, 92);
    disk.le64(sector + 24, 1).le64(sector + 32, last);
    disk.le64(sector + 40, 2 + entrySectors).le64(sector + 48, last - 1 - entrySectors);
    disk.put(sector + 56, Noise.bytes(16)).le64(sector + 72, 2);
    disk.le32(sector + 80, ENTRIES).le32(sector + 84, ENTRY_BYTES);
    disk.le32(sector + 88, Checksums.crc32(disk.read(entries, ENTRIES * ENTRY_BYTES)));
    disk.le32(sector + 16, Checksums.crc32(disk.read(sector, 92)));
  }
}
