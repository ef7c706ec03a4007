package dev.spindle.linux.testing;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.LoopBacking;
import java.io.IOException;
import java.util.Optional;

/** An open device that does what another one does, but for what a test overrides. */
public abstract class ForwardingBlockDevice implements BlockDevice {
  private final BlockDevice real;

  protected ForwardingBlockDevice(BlockDevice real) {
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
  public long sizeBytes() {
    return real.sizeBytes();
  }

  @Override
  public int sectorSize() {
    return real.sectorSize();
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
  public int physicalSectorSize() throws IOException {
    return real.physicalSectorSize();
  }

  @Override
  public boolean readOnly() throws IOException {
    return real.readOnly();
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    return real.read(offset, length);
  }

  @Override
  public void write(long offset, byte[] data) throws IOException {
    real.write(offset, data);
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    real.zero(offset, length);
  }

  @Override
  public void discard(long offset, long length) throws IOException {
    real.discard(offset, length);
  }

  @Override
  public void flush() throws IOException {
    real.flush();
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

  @Override
  public void close() throws IOException {
    real.close();
  }
}
