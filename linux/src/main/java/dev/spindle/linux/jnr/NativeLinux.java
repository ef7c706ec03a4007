package dev.spindle.linux.jnr;

import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.Signatures;

/**
 * The running kernel and libblkid, called natively. Nothing is loaded before the first call of one
 * of them.
 */
public final class NativeLinux {
  /** Costs nothing; the libraries are loaded on first use. */
  public NativeLinux() {}

  /** Block devices by open(2) and ioctl(2). */
  public BlockDevices blockDevices() {
    return new JnrBlockDevices();
  }

  /** Signatures by libblkid; takes only devices that {@link #blockDevices()} opened. */
  public Signatures signatures() {
    return new JnrSignatures();
  }

  /** Mounts by mount(2). */
  public Mounts mounts() {
    return new JnrMounts();
  }
}
