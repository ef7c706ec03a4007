package dev.spindle.disks.eligibility;

import java.util.Locale;

/**
 * Why a disk is not used: a word for programs and a sentence for people. The same in listings and
 * errors.
 */
public record Reason(Code code, String message) {
  /**
   * The words. Scripts rely on {@link #word()}; a code is never renamed. A new one needs a row in
   * docs/operations.md (When a disk is not used), and a decision in each of these: Wipe.OVERRULED,
   * RepairPlan.MENDED, and the controller's Refusals.OUTSIDE.
   */
  public enum Code {
    /** No --disks pattern names it. */
    NOT_NAMED,
    /** An --exclude pattern names it. */
    EXCLUDED,
    /** Loop, RAM, zram, CD, floppy, nbd, device-mapper, md, bcache. */
    DEVICE_TYPE,
    /**
     * A loop device over a block device, over one of our volumes, or over something that cannot be
     * seen from here.
     */
    LOOP_BACKING,
    HIDDEN,
    READ_ONLY,
    REMOVABLE,
    SUSPENDED,
    NO_SIZE,
    TOO_SMALL,
    ZONED,
    /** Its logical sectors have neither 512 nor 4096 bytes, or the kernel does not say. */
    SECTOR_SIZE,
    /** iSCSI, Fibre Channel, NVMe over fabrics: other nodes may see the same disk. */
    SHARED_TRANSPORT,
    HOLDERS,
    PARTITIONS,
    MOUNTED,
    SWAP,
    /** Another process has it open exclusively. */
    BUSY,
    SIGNATURE,
    AMBIGUOUS_SIGNATURE,
    /** Bytes that nothing explains. */
    DATA,
    /** Another path leads to the same disk. */
    SECOND_PATH,
    /** It belongs to another driver or another node. */
    OTHER_OWNER,
    /** It carries a record of ours, no table, and data. */
    TOUCHED,
    /** Two disks with one identity (a copy, two paths). */
    DUPLICATE,
    NO_VALID_RECORD,
    PRIMARY_TABLE_BAD,
    FOREIGN_DATA,
    GEOMETRY_CHANGED,
    UNREADABLE,
    /** The disk did not answer for 10 seconds. */
    SILENT,
    NEWER_FORMAT,
    /** Nothing speaks against it, but nobody has looked yet whether it is blank. */
    NOT_CHECKED,
    /** A volume or a scrub has it. */
    IN_USE,
    /** The disk does not do what the StorageClass or the request asks for. */
    DOES_NOT_FIT,
    /** This node cannot make the filesystem asked for: no programs, or the kernel has none. */
    FILESYSTEM_MISSING,
    /** It failed while it was being claimed. */
    CLAIM_FAILED;

    /** The code in JSON, as "second-path". */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Override
  public String toString() {
    return message;
  }
}
