package dev.spindle.sanity.watch;

import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.LoopBacking;
import dev.spindle.linux.testing.ForwardingBlockDevice;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** An open device with a watcher around every call that reaches the kernel. */
final class WatchedDevice extends ForwardingBlockDevice {
  private static final long MIB = 1 << 20;

  private final Watcher watcher;

  WatchedDevice(BlockDevice real, Watcher watcher) {
    super(real);
    this.watcher = watcher;
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
  public long diskSequence() throws IOException {
    return watcher.around(looks("BLKGETDISKSEQ"), super::diskSequence);
  }

  @Override
  public Optional<LoopBacking> loopBacking() throws IOException {
    return watcher.around(looks("LOOP_GET_STATUS64"), super::loopBacking);
  }

  @Override
  public boolean readOnly() throws IOException {
    return watcher.around(looks("BLKROGET"), super::readOnly);
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    return watcher.around(looks("pread"), () -> super.read(offset, length));
  }

  @Override
  public void write(long offset, byte[] data) throws IOException {
    watcher.aroundAct(
        changes("write " + place(offset, data.length)), () -> super.write(offset, data));
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    watcher.aroundAct(
        changes("zero " + length / MIB + " MiB at " + offset / MIB + " MiB"),
        () -> super.zero(offset, length));
  }

  @Override
  public void discard(long offset, long length) throws IOException {
    watcher.aroundAct(
        changes("discard " + length / MIB + " MiB at " + offset / MIB + " MiB"),
        () -> super.discard(offset, length));
  }

  @Override
  public void flush() throws IOException {
    watcher.aroundAct(changes("flush"), super::flush);
  }

  /** Changes what the kernel knows and nothing on the disk; a recovery may have done it before. */
  @Override
  public void addPartition(int number, long startBytes, long lengthBytes) throws IOException {
    watcher.aroundAct(
        looks("add partition " + number),
        () -> super.addPartition(number, startBytes, lengthBytes));
  }

  @Override
  public void deletePartition(int number) throws IOException {
    watcher.aroundAct(changes("delete partition " + number), () -> super.deletePartition(number));
  }

  @Override
  public void resizePartition(int number, long startBytes, long lengthBytes) throws IOException {
    watcher.aroundAct(
        changes("resize partition " + number),
        () -> super.resizePartition(number, startBytes, lengthBytes));
  }

  @Override
  public void lock() throws IOException {
    watcher.aroundAct(changes("flock"), super::lock);
  }
}
