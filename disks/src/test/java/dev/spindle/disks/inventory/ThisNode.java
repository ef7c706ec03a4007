package dev.spindle.disks.inventory;

import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Signatures;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.exec.Smart;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.DiskTable;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.sysfs.ProcSwaps;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysErrors;
import java.nio.file.Path;

/** The machine that the tests run on, but for what a test puts in its place. */
public final class ThisNode {
  private static final Path ROOT = Path.of("/");

  private ThisNode() {}

  /** All of it. */
  public static Hardware hardware() {
    return with(new SysBlock(ROOT));
  }

  /** With another table of devices. */
  static Hardware with(DiskTable table) {
    NativeLinux linux = new NativeLinux();
    return with(linux.blockDevices(), linux.signatures(), table);
  }

  /** With other devices. */
  public static Hardware with(BlockDevices devices, Signatures signatures) {
    return with(devices, signatures, new SysBlock(ROOT));
  }

  private static Hardware with(BlockDevices devices, Signatures signatures, DiskTable table) {
    return new Hardware(
        devices,
        signatures,
        table,
        new ProcMounts(ROOT),
        new ProcSwaps(ROOT),
        new SysErrors(ROOT),
        new Smart(new Programs()));
  }
}
