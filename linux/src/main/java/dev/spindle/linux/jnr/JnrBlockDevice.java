package dev.spindle.linux.jnr;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Bounds;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.LoopBacking;
import dev.spindle.linux.Zeroes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * An open descriptor of a block device. Calls exclude one another, so that a close can never pull
 * the descriptor away from under a running call; after it, every call is EBADF.
 */
final class JnrBlockDevice implements BlockDevice {
  private static final int CLOSED = -1;
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOCK_INTERVAL = Duration.ofMillis(20);

  private final SystemCalls calls;
  private final String path;
  private final DeviceNumber number;
  private final long sizeBytes;
  private final int sectorSize;
  private final TransferBuffer buffer;
  private byte[] piece = {};
  private int descriptor;

  JnrBlockDevice(
      SystemCalls calls,
      int descriptor,
      String path,
      DeviceNumber number,
      long sizeBytes,
      int sectorSize) {
    this.calls = calls;
    this.descriptor = descriptor;
    this.path = path;
    this.number = number;
    this.sizeBytes = sizeBytes;
    this.sectorSize = sectorSize;
    this.buffer = new TransferBuffer(calls);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public DeviceNumber number() {
    return number;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public int sectorSize() {
    return sectorSize;
  }

  @Override
  public synchronized byte[] read(long offset, int length) throws IOException {
    Bounds.check(this, offset, length);
    byte[] data = new byte[length];
    fill(data, length, offset);
    return data;
  }

  /** A look over a disk asks this hundreds of times; memory of its own for each is too dear. */
  @Override
  public synchronized long firstData(long offset, long length) throws IOException {
    Bounds.check(this, offset, length);
    long end = offset + length;
    for (long at = offset; at < end; at += piece.length) {
      int wanted = (int) Math.min(PIECE_BYTES, end - at);
      if (piece.length < wanted) {
        piece = new byte[PIECE_BYTES];
      }
      fill(piece, wanted, at);
      int other = Zeroes.firstOther(piece, 0, wanted);
      if (other < wanted) {
        return at + other;
      }
    }
    return end;
  }

  private void fill(byte[] data, int length, long offset) throws IOException {
    int open = open("pread");
    for (int done = 0; done < length; ) {
      Pointer memory = buffer.memory(path);
      int wanted = Math.min(length - done, TransferBuffer.SIZE);
      int got = (int) calls.pread(open, path, memory, wanted, offset + done);
      if (got == 0) {
        throw new KernelException("short pread", path, Errno.EIO);
      }
      memory.get(0, data, done, got);
      done += got;
    }
  }

  @Override
  public synchronized void write(long offset, byte[] data) throws IOException {
    Bounds.check(this, offset, data.length);
    int open = open("pwrite");
    for (int done = 0; done < data.length; ) {
      Pointer memory = buffer.memory(path);
      int wanted = Math.min(data.length - done, TransferBuffer.SIZE);
      memory.put(0, data, done, wanted);
      int put = (int) calls.pwrite(open, path, memory, wanted, offset + done);
      if (put == 0) {
        throw new KernelException("short pwrite", path, Errno.EIO);
      }
      done += put;
    }
  }

  @Override
  public synchronized void zero(long offset, long length) throws IOException {
    range(Ioctl.BLKZEROOUT, offset, length);
  }

  @Override
  public synchronized void discard(long offset, long length) throws IOException {
    range(Ioctl.BLKDISCARD, offset, length);
  }

  @Override
  public synchronized void flush() throws IOException {
    calls.fsync(open("fsync"), path);
  }

  @Override
  public synchronized long diskSequence() throws IOException {
    try {
      return ask(Ioctl.BLKGETDISKSEQ).getLongLong(0);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOTTY) {
        return 0;
      }
      throw e;
    }
  }

  @Override
  public synchronized Optional<LoopBacking> loopBacking() throws IOException {
    // struct loop_info64 has 232 bytes; lo_device is the u64 at 0 and lo_inode the u64 at 8.
    Pointer info = calls.memory(232);
    try {
      calls.ioctl(Ioctl.LOOP_GET_STATUS64, open("LOOP_GET_STATUS64"), path, info);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOTTY || e.errno() == Errno.EINVAL || e.errno() == Errno.ENXIO) {
        return Optional.empty();
      }
      throw e;
    }
    DeviceNumber filesystem = DeviceNumber.ofDevT(info.getLongLong(0));
    return Optional.of(new LoopBacking(filesystem, info.getLongLong(8)));
  }

  @Override
  public synchronized boolean readOnly() throws IOException {
    return ask(Ioctl.BLKROGET).getInt(0) != 0;
  }

  @Override
  public synchronized void addPartition(int number, long startBytes, long lengthBytes)
      throws IOException {
    partition(BlkpgArgument.ADD, number, startBytes, lengthBytes);
  }

  @Override
  public synchronized void deletePartition(int number) throws IOException {
    partition(BlkpgArgument.DELETE, number, 0, 0);
  }

  @Override
  public synchronized void resizePartition(int number, long startBytes, long lengthBytes)
      throws IOException {
    partition(BlkpgArgument.RESIZE, number, startBytes, lengthBytes);
  }

  @Override
  public void lock() throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        tryLock();
        return;
      } catch (KernelException e) {
        if (e.errno() != Errno.EAGAIN || System.nanoTime() - start > LOCK_PATIENCE.toNanos()) {
          throw e;
        }
      }
      pause();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (descriptor != CLOSED) {
      int open = descriptor;
      descriptor = CLOSED;
      buffer.free();
      calls.close(open, path);
    }
  }

  /** Opens the very same device once more, read-only and through the page cache. */
  synchronized int openAgain() throws IOException {
    String same = JnrBlockDevices.descriptorPath(open("open")).toString();
    try {
      return calls.open(same, SystemCalls.O_RDONLY);
    } catch (KernelException e) {
      KernelException named = new KernelException(e.operation(), path, e.errno());
      named.initCause(e);
      throw named;
    }
  }

  private synchronized void tryLock() throws IOException {
    calls.tryLock(open("flock"), path);
  }

  private void pause() throws KernelException {
    try {
      Thread.sleep(LOCK_INTERVAL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KernelException("flock", path, Errno.EINTR);
    }
  }

  private int open(String operation) throws KernelException {
    if (descriptor == CLOSED) {
      throw new KernelException(operation, path, Errno.EBADF);
    }
    return descriptor;
  }

  private Pointer ask(Ioctl request) throws KernelException {
    Pointer value = calls.memory(Long.BYTES);
    calls.ioctl(request, open(request.name()), path, value);
    return value;
  }

  private void range(Ioctl request, long offset, long length) throws KernelException {
    Bounds.check(this, offset, length);
    int open = open(request.name());
    if (length == 0) {
      return;
    }
    Pointer range = calls.memory(2 * Long.BYTES);
    range.putLongLong(0, offset);
    range.putLongLong(Long.BYTES, length);
    calls.ioctl(request, open, path, range);
  }

  private void partition(int operation, int number, long startBytes, long lengthBytes)
      throws KernelException {
    Pointer memory = calls.memory(BlkpgArgument.ARGUMENT_SIZE + BlkpgArgument.PARTITION_SIZE);
    BlkpgArgument.fill(memory, operation, number, startBytes, lengthBytes);
    calls.ioctl(Ioctl.BLKPG, open(Ioctl.BLKPG.name()), path, memory);
  }
}
