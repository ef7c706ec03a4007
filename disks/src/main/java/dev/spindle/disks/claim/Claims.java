package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Claims disks for volumes, finds them again and gives them back. Safe for many threads. */
public interface Claims {
  /** Whether the first inventory is complete; until then only this may be asked. */
  boolean ready();

  /** Claims a disk for a volume, or finds the volume of that name. Idempotent by name. */
  Provisioned provision(VolumeSpec wanted) throws IOException;

  /** Finds a volume. */
  Found find(VolumeId id);

  /** Marks a volume's disk for scrubbing and waits a little for the scrub. Idempotent. */
  Released release(VolumeId id) throws IOException;

  /** Every volume on this node whose disk can be read, in no particular order. */
  List<DiskRecord> volumes();

  /** Room for new volumes of a StorageClass. From memory. */
  Capacity capacity(ClassParameters parameters);

  /**
   * How many volumes this node can hold at all: disks that are eligible, hold a volume or are being
   * scrubbed.
   */
  int maxVolumes();

  /**
   * Opens a volume's partition for staging; adds the disk's partitions to the kernel's where they
   * are missing.
   *
   * @throws IOException if the volume is not {@link Found.Volume} any more or its disk fails
   */
  OpenVolume open(UUID volume) throws IOException;

  /**
   * Gives a volume what its disk has gained, mounted or not; a filesystem on it is not touched.
   * Done again after it failed, it comes to its end.
   *
   * @param wanted how large it is to be; any size means all that there is
   * @throws IOException if the volume is not {@link Found.Volume} any more or its disk fails
   */
  Grown grow(UUID volume, SizeRange wanted) throws IOException;

  /** Closes a partition that was kept open: the volume is not staged any more. Idempotent. */
  void letGo(UUID volume);
}
