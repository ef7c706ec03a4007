package dev.spindle.driver;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the one driver of a name on this node (rule R9), whatever socket it serves.
 *
 * <p>It is a kernel lock on one byte of /dev/full, at an offset made of the driver's name. Every
 * container of the driver sees the host's /dev, so all of them lock the same inode; no file is made
 * on the host, nothing is ever written (every write to /dev/full fails), and the lock dies with the
 * process however it ends. A node on which each pod has a /dev of its own is not protected.
 *
 * <p>Such locks are lost as soon as their process closes <em>any</em> descriptor of the inode
 * (fcntl(2), "Advisory record locking"); nothing else in this process opens /dev/full.
 */
final class DriverLock implements Closeable {
  private static final Path DEVICE = Path.of("/dev/full");

  private final FileChannel channel;

  private DriverLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws IOException with a sentence, if another driver of that name holds it
   */
  static DriverLock take(String driverName) throws IOException {
    FileChannel channel = FileChannel.open(DEVICE, StandardOpenOption.WRITE);
    try {
      if (lock(channel, driverName) != null) {
        return new DriverLock(channel);
      }
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    channel.close();
    throw new IOException(
        "a driver named "
            + driverName
            + " runs on this node already; two would fight for its disks");
  }

  private static @Nullable FileLock lock(FileChannel channel, String driverName)
      throws IOException {
    try {
      return channel.tryLock(offset(driverName), 1, false);
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  /** An offset in [0, 2^62): the lock's one byte must end within an off_t. */
  static long offset(String driverName) {
    return Sha256.firstLong(driverName.getBytes(StandardCharsets.UTF_8)) >>> 2;
  }

  /** Gives the right up. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
