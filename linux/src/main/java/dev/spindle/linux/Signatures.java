package dev.spindle.linux;

import java.io.IOException;

/** Asks libblkid what is on a device. */
public interface Signatures {
  /**
   * Probes for superblocks of all usages and for partition tables, on the very device that is open
   * (re-opened through /proc/self/fd) and with the clean page cache dropped first, so that the
   * answer is what the disk holds.
   */
  Probe probe(BlockDevice device) throws IOException;
}
