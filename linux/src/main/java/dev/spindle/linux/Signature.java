package dev.spindle.linux;

import org.jspecify.annotations.Nullable;

/**
 * Something that libblkid recognised on a device.
 *
 * @param kind whether it is a superblock (filesystem, RAID member, swap, crypto) or a partition
 *     table
 * @param type libblkid's name of it, as {@code ext4}, {@code LVM2_member}, {@code gpt}
 * @param uuid the UUID it carries, in libblkid's spelling
 * @param label the label it carries
 */
public record Signature(Kind kind, String type, @Nullable String uuid, @Nullable String label) {
  /** What was recognised. */
  public enum Kind {
    SUPERBLOCK,
    PARTITION_TABLE
  }
}
