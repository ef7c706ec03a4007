package dev.spindle.linux.sysfs;

import dev.spindle.linux.DeviceNumber;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of a disk without touching the disk. Each component is named for its source
 * below /sys/block/NAME, where absent files read as empty, 0 or false.
 *
 * @param name kernel name, with '!' for '/' undone ("sdb", "nvme0n1", "cciss/c0d0")
 * @param number {@code dev}
 * @param diskSequence {@code diskseq}; 0 before Linux 5.15
 * @param sizeBytes {@code size}, which counts 512-byte units whatever the sector size
 * @param sectorSize {@code queue/logical_block_size}, bytes
 * @param readOnly {@code ro}
 * @param removable {@code removable}
 * @param hidden {@code hidden}
 * @param suspended {@code dm/suspended}, or {@code device/state} of a SCSI disk that is not
 *     "running"
 * @param rotational {@code queue/rotational}
 * @param zoned {@code queue/zoned}, "none" where absent
 * @param model {@code device/model}
 * @param vendor {@code device/vendor}
 * @param serial {@code device/serial}, {@code serial}, or page 0x80 of a SCSI disk's VPD
 * @param wwn {@code wwid} or {@code device/wwid}
 * @param transport from the path of the device: nvme, sata, sas, scsi, usb, virtio, iscsi, fc,
 *     nvme-tcp, nvme-rdma, nvme-fc, mmc; empty where unknown
 * @param backingFile {@code loop/backing_file}
 * @param holders {@code holders/}, of the disk and its partitions
 * @param partitions the partitions the kernel knows
 * @param links every name below /dev/disk/by-* that points to the disk
 */
public record SysDisk(
    String name,
    DeviceNumber number,
    long diskSequence,
    long sizeBytes,
    int sectorSize,
    boolean readOnly,
    boolean removable,
    boolean hidden,
    boolean suspended,
    boolean rotational,
    String zoned,
    String model,
    String vendor,
    String serial,
    String wwn,
    String transport,
    @Nullable String backingFile,
    List<String> holders,
    List<SysPartition> partitions,
    List<Path> links) {
  /** Its device node. */
  public Path node() {
    return Path.of("/dev", name);
  }
}
