package dev.spindle.driver;

import dev.spindle.disks.inventory.Hardware;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.Growers;
import dev.spindle.linux.MountTable;
import dev.spindle.linux.Mounts;
import dev.spindle.linux.Signatures;
import dev.spindle.linux.exec.Growfs;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.exec.Smart;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.ProcMounts;
import dev.spindle.linux.sysfs.ProcSwaps;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysErrors;
import dev.spindle.node.mount.Host;
import java.nio.file.Path;

/** All that a driver takes from the kernel and its programs. */
public record Machine(
    BlockDevices devices,
    Signatures signatures,
    Mounts mounts,
    MountTable table,
    Filesystems filesystems,
    Growers growers,
    SysBlock sysBlock,
    ProcSwaps swaps,
    SysErrors errors,
    Smart smart) {
  private static final Path ROOT = Path.of("/");

  /** The machine that this process runs on. */
  public static Machine local() {
    NativeLinux linux = new NativeLinux();
    Programs programs = new Programs();
    return new Machine(
        linux.blockDevices(),
        linux.signatures(),
        linux.mounts(),
        new ProcMounts(ROOT),
        new Mkfs(programs, ROOT),
        new Growfs(programs),
        new SysBlock(ROOT),
        new ProcSwaps(ROOT),
        new SysErrors(ROOT),
        new Smart(programs));
  }

  /** What looking at disks and writing to them takes. */
  Hardware hardware() {
    return new Hardware(devices, signatures, sysBlock, table, swaps, errors, smart);
  }

  /** What mounting takes. */
  Host host() {
    return new Host(mounts, table, devices, signatures, filesystems, sysBlock);
  }
}
