package dev.spindle.disks.claim;

import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signatures;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.ForwardingBlockDevice;
import java.io.IOException;
import java.nio.file.Path;

/** Real block devices whose writes a test may make fail, and whose erasing it may have lie. */
final class FaultyDevices implements BlockDevices, Signatures {
  /** Something that a device is asked. */
  enum Operation {
    OPEN,
    WRITE,
    ZERO,
    DISCARD,
    FLUSH
  }

  /** Asked before each of them. */
  @FunctionalInterface
  interface Fault {
    /** Whether it is to be done; if not it is said to have been done. What it throws is thrown. */
    boolean happens(Operation operation, Path node, long offset, long length) throws IOException;
  }

  private final NativeLinux linux = new NativeLinux();
  private volatile Fault fault = (operation, node, offset, length) -> true;

  /** Asks this from now on. */
  void onEach(Fault asked) {
    fault = asked;
  }

  /** From now on everything works. */
  void mend() {
    fault = (operation, node, offset, length) -> true;
  }

  @Override
  public BlockDevice open(Path node, Access access) throws IOException {
    boolean unused = fault.happens(Operation.OPEN, node, 0, 0);
    return new Device(linux.blockDevices().open(node, access), node);
  }

  @Override
  public Probe probe(BlockDevice device) throws IOException {
    return linux.signatures().probe(device instanceof Device faulty ? faulty.real() : device);
  }

  /** One of them, open. */
  private final class Device extends ForwardingBlockDevice {
    private final Path node;

    Device(BlockDevice real, Path node) {
      super(real);
      this.node = node;
    }

    @Override
    public void write(long offset, byte[] data) throws IOException {
      if (fault.happens(Operation.WRITE, node, offset, data.length)) {
        super.write(offset, data);
      }
    }

    @Override
    public void zero(long offset, long length) throws IOException {
      if (fault.happens(Operation.ZERO, node, offset, length)) {
        super.zero(offset, length);
      }
    }

    @Override
    public void discard(long offset, long length) throws IOException {
      if (fault.happens(Operation.DISCARD, node, offset, length)) {
        super.discard(offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (fault.happens(Operation.FLUSH, node, 0, 0)) {
        super.flush();
      }
    }
  }
}
