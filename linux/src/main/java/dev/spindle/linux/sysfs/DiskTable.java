package dev.spindle.linux.sysfs;

import dev.spindle.linux.DeviceNumber;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the kernel says of its disks, without touching one. */
public interface DiskTable {
  /**
   * The kernel names of all whole disks, in a natural order (sdb before sdaa, loop2 before loop10).
   * Kernels keep empty loop, nbd and zram devices in store: they are no disks until something is
   * attached.
   */
  List<String> names() throws IOException;

  /**
   * What the kernel says of one disk; empty if there is none of that name (any more), or nothing is
   * attached to it.
   *
   * @throws IOException if a disk that is there cannot be read, or is replaced again and again
   *     while it is being read
   */
  Optional<SysDisk> read(String name) throws IOException;

  /**
   * The disk that has a device number, or one of whose partitions has it; empty if there is none.
   */
  Optional<SysDisk> diskOf(DeviceNumber number) throws IOException;

  /** The disk of a kernel name, or one of whose partitions has it; empty if there is none. */
  Optional<SysDisk> diskOf(String name) throws IOException;

  /**
   * A text that changes whenever a disk comes, leaves or changes its size, and whenever its names
   * below /dev/disk do; for other reasons too.
   */
  String events() throws IOException;

  /**
   * The names of all disks that are not as these say: those that came, changed, are gone, or cannot
   * be read.
   */
  Set<String> changed(Collection<SysDisk> known) throws IOException;
}
