package dev.spindle.sanity.watch;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.LoopBacking;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** An open device with a watcher around every call that reaches the kernel. */
final class WatchedDevice implements BlockDevice {
  private static final long MIB = 1 << 20;

  private final BlockDevice real;
  private final Watcher watcher;

  WatchedDevice(BlockDevice real, Watcher watcher) {
    this.real = real;
    this.watcher = watcher;
  }

  /** The device that the kernel opened. */
  BlockDevice real() {
    return real;
  }

  private Step looks(String name) {
    return new Step(name, path(), false);
  }

  private Step changes(String name) {
    return new Step(name, path(), true);
  }

  /** What a write is for, by its place: docs/on-disk-format.md. */
  private String place(long offset, int length) {
    long record = path().endsWith("p1") ? 0 : MIB;
    int sector = sectorSize();
    long end = sizeBytes();
    Map<Long, String> places =
        Map.of(
            record,
            "slot A",
            record + MIB / 2,
            "slot B",
            (long) sector,
            "the primary header",
            2L * sector,
            "the primary entries",
            end - sector,
            "the backup header",
            end - sector - 16384,
            "the backup entries");
    if (offset == 0 && record != 0) {
      return "the protective MBR";
    }
    return places.getOrDefault(offset, length + " bytes at " + offset);
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
    return watcher.around(looks("BLKGETDISKSEQ"), real::diskSequence);
  }

  @Override
  public Optional<LoopBacking> loopBacking() throws IOException {
    return watcher.around(looks("LOOP_GET_STATUS64"), real::loopBacking);
  }

  @Override
  public int physicalSectorSize() throws IOException {
    return watcher.around(looks("BLKPBSZGET"), real::physicalSectorSize);
  }

  @Override
  public boolean readOnly() throws IOException {
    return watcher.around(looks("BLKROGET"), real::readOnly);
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    return watcher.around(looks("pread"), () -> real.read(offset, length));
  }

  @Override
  public void write(long offset, byte[] data) throws IOException {
    watcher.aroundAct(
        changes("write " + place(offset, data.length)), () -> real.write(offset, data));
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    watcher.aroundAct(
        changes("zero " + length / MIB + " MiB at " + offset / MIB + " MiB"),
        () -> real.zero(offset, length));
  }

  @Override
  public void discard(long offset, long length) throws IOException {
    watcher.aroundAct(
        changes("discard " + length / MIB + " MiB at " + offset / MIB + " MiB"),
        () -> real.discard(offset, length));
  }

  @Override
  public void flush() throws IOException {
    watcher.aroundAct(changes("flush"), real::flush);
  }

  @Override
  public void addPartition(int number, long startBytes, long lengthBytes) throws IOException {
    watcher.aroundAct(
        changes("add partition " + number),
        () -> real.addPartition(number, startBytes, lengthBytes));
  }

  @Override
  public void deletePartition(int number) throws IOException {
    watcher.aroundAct(changes("delete partition " + number), () -> real.deletePartition(number));
  }

  @Override
  public void resizePartition(int number, long startBytes, long lengthBytes) throws IOException {
    watcher.aroundAct(
        changes("resize partition " + number),
        () -> real.resizePartition(number, startBytes, lengthBytes));
  }

  @Override
  public void lock() throws IOException {
    watcher.aroundAct(changes("flock"), real::lock);
  }

  @Override
  public void close() throws IOException {
    real.close();
  }
}
