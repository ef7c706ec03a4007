package dev.spindle.linux;

/** How a block device is opened. */
public enum Access {
  /** O_RDONLY and O_DIRECT: looks, changes nothing, hinders nobody. */
  READ,
  /**
   * O_RDWR, O_DIRECT and O_EXCL: fails with EBUSY while anyone else holds or has mounted the
   * device.
   */
  EXCLUSIVE,
  /**
   * O_RDONLY and O_EXCL: asks whether {@link #EXCLUSIVE} would be granted, without being able to
   * write.
   */
  EXCLUSIVE_READ,
  /**
   * O_RDWR and O_DIRECT: the whole disk below a mounted partition, which nobody can hold. Only
   * under {@link #EXCLUSIVE} on a partition of the same disk that says who may write.
   */
  SHARED_WRITE
}
