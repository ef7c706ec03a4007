package dev.spindle.disks.claim;

import dev.spindle.disks.ScrubMethod;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MkfsOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * StorageClass parameters, understood.
 *
 * @param diskType which disks
 * @param minDiskBytes the smallest disk that will do, bytes; 0 for any
 * @param maxDiskBytes the largest; 0 for any
 * @param diskSelector globs of which one must match the model, the vendor or a name below
 *     /dev/disk, whole or its last part; none for any
 * @param filesystem from csi.storage.k8s.io/fstype or fstype; empty where neither was given
 * @param scrub how the disk is erased after the volume
 * @param given the parameters as they were given, without keys under csi.storage.k8s.io/
 */
public record ClassParameters(
    DiskType diskType,
    long minDiskBytes,
    long maxDiskBytes,
    List<String> diskSelector,
    Optional<FilesystemType> filesystem,
    ScrubMethod scrub,
    Map<String, String> given) {
  /** Kinds of disks. */
  public enum DiskType {
    ANY,
    /** Rotating. */
    HDD,
    /** Not rotating, NVMe too. */
    SSD,
    NVME
  }

  /** What is added to mkfs, as it was given; empty for nothing. */
  public String mkfsOptions() {
    return given.getOrDefault("mkfsOptions", "");
  }

  /**
   * What is added to mkfs for a filesystem.
   *
   * @throws IllegalArgumentException with a sentence, if that may not be
   */
  public List<String> mkfsOptions(FilesystemType type) {
    try {
      return MkfsOptions.parse(type, mkfsOptions());
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException("mkfsOptions: " + refused.getMessage(), refused);
    }
  }

  /**
   * Reads parameters as CreateVolume and GetCapacity carry them.
   *
   * @throws IllegalArgumentException with a sentence that names the key, and the known ones where
   *     it is unknown
   */
  public static ClassParameters parse(Map<String, String> parameters) {
    return ParameterReader.read(parameters);
  }
}
