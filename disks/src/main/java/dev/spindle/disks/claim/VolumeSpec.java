package dev.spindle.disks.claim;

import dev.spindle.disks.AccessType;
import dev.spindle.linux.FilesystemType;
import org.jspecify.annotations.Nullable;

/**
 * A volume that is asked for.
 *
 * @param csiName CreateVolumeRequest.name
 * @param range bytes that it must and may have
 * @param filesystem null for Block
 * @param parameters of the StorageClass
 * @param origin what Kubernetes calls it
 */
public record VolumeSpec(
    String csiName,
    SizeRange range,
    AccessType accessType,
    @Nullable FilesystemType filesystem,
    ClassParameters parameters,
    Origin origin) {
  /** What a disk must be like to serve it. */
  public Demand demand() {
    return new Demand(range, filesystem, parameters);
  }

  /** Bytes asked for; a limit of 0 is no limit. */
  public record SizeRange(long requiredBytes, long limitBytes) {
    /** Any size will do. */
    public static final SizeRange ANY = new SizeRange(0, 0);

    /** Whether a size lies in the range. */
    public boolean includes(long bytes) {
      return bytes >= requiredBytes && (limitBytes == 0 || bytes <= limitBytes);
    }
  }

  /** The names in Kubernetes, from external-provisioner's extra metadata; empty where not given. */
  public record Origin(String pvcNamespace, String pvcName, String pvName) {
    /** Nothing is known. */
    public static final Origin UNKNOWN = new Origin("", "", "");
  }
}
