package dev.spindle.linux;

/** The check that every {@link RawDisk} makes before it touches a range. */
public final class Bounds {
  private Bounds() {}

  /**
   * Refuses a range that is not made of whole sectors or does not lie within the disk.
   *
   * @param offset bytes
   * @param length bytes; 0 is a range too
   * @throws IllegalArgumentException naming the range and the disk's size
   */
  public static void check(RawDisk disk, long offset, long length) {
    long size = disk.sizeBytes();
    int sector = disk.sectorSize();
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new IllegalArgumentException(
          length + " bytes at " + offset + " do not lie within " + size + " bytes");
    }
    if (offset % sector != 0 || length % sector != 0) {
      throw new IllegalArgumentException(
          length + " bytes at " + offset + " are not whole sectors of " + sector + " bytes");
    }
  }
}
