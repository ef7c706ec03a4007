package dev.spindle.linux.testing;

import dev.spindle.linux.RawDisk;
import java.io.IOException;

/** A disk that does what another one does, but for what a test overrides. */
public class ForwardingDisk implements RawDisk {
  protected final RawDisk truth;

  protected ForwardingDisk(RawDisk truth) {
    this.truth = truth;
  }

  @Override
  public long sizeBytes() {
    return truth.sizeBytes();
  }

  @Override
  public int sectorSize() {
    return truth.sectorSize();
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    return truth.read(offset, length);
  }

  @Override
  public void write(long offset, byte[] data) throws IOException {
    truth.write(offset, data);
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    truth.zero(offset, length);
  }

  @Override
  public void discard(long offset, long length) throws IOException {
    truth.discard(offset, length);
  }

  @Override
  public void flush() throws IOException {
    truth.flush();
  }

  @Override
  public void close() throws IOException {
    truth.close();
  }
}
