package dev.spindle.linux.jnr;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jnr.ffi.Pointer;

/** Opens block devices with open(2), past the page cache. */
final class JnrBlockDevices implements BlockDevices {
  @Override
  public BlockDevice open(Path node, Access access) throws IOException {
    SystemCalls calls = Libraries.systemCalls();
    String path = node.toString();
    // Asked before open(2), which would wait for a writer on a pipe, and after it, when the node
    // can
    // no longer be another one.
    number(node, path);
    int descriptor = calls.open(path, flags(access));
    try {
      DeviceNumber number = number(descriptorPath(descriptor), path);
      Pointer value = calls.memory(Long.BYTES);
      calls.ioctl(Ioctl.BLKGETSIZE64, descriptor, path, value);
      long size = value.getLongLong(0);
      calls.ioctl(Ioctl.BLKSSZGET, descriptor, path, value);
      int sector = value.getInt(0);
      return new JnrBlockDevice(calls, descriptor, path, number, size, sector);
    } catch (IOException | RuntimeException | Error e) {
      calls.close(descriptor, path);
      throw e;
    }
  }

  /** The name under which the kernel shows an open descriptor; opening it opens the same device. */
  static Path descriptorPath(int descriptor) {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  private static int flags(Access access) {
    return switch (access) {
      case READ -> SystemCalls.O_RDONLY | SystemCalls.O_DIRECT;
      case EXCLUSIVE -> SystemCalls.O_RDWR | SystemCalls.O_DIRECT | SystemCalls.O_EXCL;
      case EXCLUSIVE_READ -> SystemCalls.O_RDONLY | SystemCalls.O_DIRECT | SystemCalls.O_EXCL;
      case SHARED_WRITE -> SystemCalls.O_RDWR | SystemCalls.O_DIRECT;
    };
  }

  private static DeviceNumber number(Path file, String path) throws IOException {
    try {
      return DeviceNumber.ofNode(file)
          .orElseThrow(() -> new KernelException("open", path, Errno.ENOTBLK));
    } catch (NoSuchFileException e) {
      throw new KernelException("open", path, Errno.ENOENT);
    }
  }
}
