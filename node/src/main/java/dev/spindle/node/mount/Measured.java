package dev.spindle.node.mount;

import dev.spindle.linux.Mounts;

/** How full a volume is. */
public sealed interface Measured permits Measured.Filesystem, Measured.Device, Refused {
  /** A mounted filesystem. */
  record Filesystem(Mounts.Usage usage) implements Measured {}

  /** A block device: only its size is known. */
  record Device(long totalBytes) implements Measured {}
}
