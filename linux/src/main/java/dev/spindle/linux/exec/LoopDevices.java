package dev.spindle.linux.exec;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.ProgramException;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes block devices of files, with losetup(8). */
public final class LoopDevices {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration DETACH_PATIENCE = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 20;

  private final Programs programs;
  private final BlockDevices devices;
  private final SysBlock sysBlock = new SysBlock(Path.of("/"));

  /** Of the running system. */
  public LoopDevices(Programs programs, BlockDevices devices) {
    this.programs = programs;
    this.devices = devices;
  }

  /**
   * Attaches a file.
   *
   * @param sectorSize logical sector size in bytes, of which the file's size is a multiple
   * @return the node of the loop device
   */
  public Path attach(Path file, int sectorSize) throws IOException {
    List<String> command =
        List.of(
            losetup(),
            "--find",
            "--show",
            "--sector-size",
            String.valueOf(sectorSize),
            file.toString());
    for (int attempt = 1; ; attempt++) {
      try {
        return Path.of(programs.run(command, DEADLINE).strip());
      } catch (ProgramException e) {
        // Somebody else took the device that losetup had found free.
        if (attempt == ATTEMPTS || !raced(e)) {
          throw e;
        }
      }
      pause();
    }
  }

  /**
   * Deletes the partitions that the kernel knows of a loop device, then detaches it. The partitions
   * first: they would outlive the detaching.
   *
   * @throws KernelException with EBUSY while anyone holds the device or one of its partitions
   */
  public void detach(Path node) throws IOException {
    String name = node.getFileName().toString();
    // Losetup would succeed on a busy device and leave the detaching to whoever closes it last.
    devices.open(node, Access.EXCLUSIVE_READ).close();
    Optional<SysDisk> before = sysBlock.read(name);
    try (BlockDevice device = devices.open(node, Access.READ)) {
      for (SysPartition partition : before.map(SysDisk::partitions).orElse(List.of())) {
        device.deletePartition(partition.number());
      }
    }
    programs.run(List.of(losetup(), "--detach", node.toString()), DEADLINE);
    long start = System.nanoTime();
    while (before.isPresent() && stillAttached(before.get())) {
      if (System.nanoTime() - start > DETACH_PATIENCE.toNanos()) {
        throw new KernelException("LOOP_CLR_FD", node.toString(), Errno.EBUSY);
      }
      pause();
    }
  }

  /**
   * Whether a loop device has a file, and not yet another one: whoever asks for a free device is
   * given this one at once.
   */
  private boolean stillAttached(SysDisk before) throws IOException {
    Optional<SysDisk> now = sysBlock.read(before.name());
    return now.isPresent()
        && now.get().backingFile() != null
        && now.get().diskSequence() == before.diskSequence();
  }

  private String losetup() throws ProgramException {
    return programs
        .find("losetup")
        .orElseThrow(
            () -> new ProgramException("losetup", "not found in " + programs.searched(), ""))
        .toString();
  }

  private static boolean raced(ProgramException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("resource busy") || message.contains("temporarily unavailable");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a loop device", e);
    }
  }
}
