package dev.spindle.disks;

/**
 * How a joined disk is divided. Everything is in bytes; docs/on-disk-format.md draws it.
 *
 * @param sectorSize logical sector size: 512 or 4096
 * @param diskBytes size of the disk when it joined, or when its volume grew last
 * @param record partition 1: 1 MiB at 1 MiB
 * @param volume partition 2: from 2 MiB to the last whole MiB that leaves 1 MiB before the backup
 *     table
 */
public record Geometry(int sectorSize, long diskBytes, Extent record, Extent volume) {
  /** One mebibyte, in bytes: what partitions are aligned to. */
  public static final long MIB = 1L << 20;

  /** The number of the partition that holds the record. */
  public static final int RECORD_PARTITION = 1;

  /** The number of the partition that is the volume. */
  public static final int VOLUME_PARTITION = 2;

  /** Bytes of one copy of the partition entries: 128 entries of 128 bytes (UEFI 2.10, 5.3.2). */
  public static final int ENTRIES_BYTES = 128 * 128;

  /** The smallest disk that can be divided at all, in bytes: one MiB is left for the volume. */
  public static final long SMALLEST_DISK_BYTES = 5 * MIB;

  /** The division of a disk of a given size, at least {@link #SMALLEST_DISK_BYTES}. */
  public static Geometry of(int sectorSize, long diskBytes) {
    long lastSectorEnd = diskBytes / sectorSize * sectorSize;
    long backup = (long) ENTRIES_BYTES + sectorSize;
    long end = (lastSectorEnd - backup - MIB) / MIB * MIB;
    if (end <= 2 * MIB) {
      throw new IllegalArgumentException("a disk of " + diskBytes + " bytes is too small");
    }
    return new Geometry(
        sectorSize, diskBytes, new Extent(MIB, MIB), new Extent(2 * MIB, end - 2 * MIB));
  }
}
