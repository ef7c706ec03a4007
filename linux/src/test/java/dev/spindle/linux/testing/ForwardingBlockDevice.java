package dev.spindle.linux.testing;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.LoopBacking;
import java.io.IOException;
import java.util.Optional;

/** An open device that does what another one does, but for what a test overrides. */
public abstract class ForwardingBlockDevice extends ForwardingDisk implements BlockDevice {
  private final BlockDevice real;

  protected ForwardingBlockDevice(BlockDevice real) {
    super(real);
    this.real = real;
  }

  /** The device that the kernel opened. */
  public final BlockDevice real() {
    return real;
  }

  @Override
  public String path() {
    return real.path();
  }

  @Override
  public DeviceNumber number() {
    return real.number();
  }

  @Override
  public long diskSequence() throws IOException {
    return real.diskSequence();
  }

  @Override
  public Optional<LoopBacking> loopBacking() throws IOException {
    return real.loopBacking();
  }

  @Override
  public boolean readOnly() throws IOException {
    return real.readOnly();
  }

  @Override
  public void addPartition(int number, long startBytes, long lengthBytes) throws IOException {
    real.addPartition(number, startBytes, lengthBytes);
  }

  @Override
  public void deletePartition(int number) throws IOException {
    real.deletePartition(number);
  }

  @Override
  public void resizePartition(int number, long startBytes, long lengthBytes) throws IOException {
    real.resizePartition(number, startBytes, lengthBytes);
  }

  @Override
  public void lock() throws IOException {
    real.lock();
  }
}
