package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.ThisNode;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.disks.scrub.ScrubView;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.testing.LoopDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A pool of any owner, at any rate of scrubbing, over devices that a test may make fail or lie. */
final class RunningPool implements AutoCloseable {
  static final long MIB = 1L << 20;
  private static final Path ROOT = Path.of("/");

  final FaultyDevices devices = new FaultyDevices();
  final Hardware hardware = ThisNode.with(devices, devices);
  private final Owner owner;
  private final List<DiskPattern> patterns = new ArrayList<>();
  private DiskPool pool;

  RunningPool(Owner owner, long scrubBytesPerSecond, LoopDisk... disks) {
    this.owner = owner;
    for (LoopDisk disk : disks) {
      patterns.add(DiskPattern.of(disk.node().toString()));
    }
    pool = start(scrubBytesPerSecond);
  }

  /** Of an owner whose names no other test has. */
  static RunningPool of(LoopDisk... disks) {
    return new RunningPool(owner("node-1"), 0, disks);
  }

  static Owner owner(String node) {
    return new Owner("p" + ProcessHandle.current().pid() + ".identity.spindle.dev", node);
  }

  private Policy policy() {
    return new Policy(owner, patterns, List.of(), 16 * MIB, true, false);
  }

  /** What a person uses beside it. */
  Wipe wipe() {
    return new Wipe(hardware, policy());
  }

  private DiskPool start(long scrubBytesPerSecond) {
    DiskPool started =
        DiskPool.start(hardware, new Mkfs(new Programs(), ROOT), policy(), scrubBytesPerSecond);
    PoolFixture.waitUntil(() -> started.claims().ready());
    awaitAnswers(started);
    return started;
  }

  /** A machine that is busy may keep a disk waiting for its 10 seconds. */
  private static void awaitAnswers(DiskPool looking) {
    PoolFixture.waitUntil(
        () -> {
          boolean silent =
              looking.inventory().disks().stream()
                  .filter(looking.inventory()::named)
                  .flatMap(disk -> disk.verdict().reasons().stream())
                  .anyMatch(reason -> reason.code() == Reason.Code.SILENT);
          try {
            if (silent) {
              looking.inventory().refresh();
            }
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
          return !silent;
        });
  }

  /** As a new process would find the disks. */
  void restart(long scrubBytesPerSecond) {
    pool.close();
    pool = start(scrubBytesPerSecond);
  }

  void stop() {
    pool.close();
  }

  Claims claims() {
    return pool.claims();
  }

  DiskPool pool() {
    return pool;
  }

  void look() throws IOException {
    pool.inventory().refresh();
    awaitAnswers(pool);
  }

  Verdict verdict(LoopDisk disk) {
    return pool.inventory().disk(disk.name()).orElseThrow().verdict();
  }

  List<Reason.Code> reasons(LoopDisk disk) {
    return verdict(disk).reasons().stream().map(Reason::code).toList();
  }

  ScrubView scrub(LoopDisk disk) {
    return pool.scrubs().stream()
        .filter(view -> view.disk().equals(disk.name()))
        .findFirst()
        .orElseThrow();
  }

  long free() {
    return claims().capacity(ClassParameters.parse(Map.of())).availableBytes();
  }

  Provisioned provision(String name) throws IOException {
    return claims().provision(PoolFixture.block(name, MIB));
  }

  DiskRecord claim(String name) throws IOException {
    Provisioned outcome = provision(name);
    assertThat(outcome).isInstanceOf(Provisioned.Claimed.class);
    return ((Provisioned.Claimed) outcome).record();
  }

  VolumeId id(DiskRecord record) {
    return new VolumeId(owner.topologyValue(), record.volume().volume());
  }

  /** Fills a volume with its own byte, as its pod would. */
  void fill(DiskRecord record, int value) throws IOException {
    byte[] data = new byte[(int) MIB];
    Arrays.fill(data, (byte) value);
    try (OpenVolume open = claims().open(record.volume().volume());
        BlockDevice device = devices.open(open.partition().node(), Access.EXCLUSIVE)) {
      for (long at = 0; at < device.sizeBytes(); at += 4 * MIB) {
        device.write(at, data);
      }
      device.flush();
    }
  }

  /** The first byte of a volume. */
  int firstByte(DiskRecord record) throws IOException {
    try (OpenVolume open = claims().open(record.volume().volume())) {
      return open.device().read(0, 512)[0];
    }
  }

  Reading read(LoopDisk disk) throws IOException {
    try (BlockDevice open = devices.open(disk.node(), Access.READ)) {
      return Ledger.read(open);
    }
  }

  DiskRecord record(LoopDisk disk) throws IOException {
    return ((Reading.Joined) read(disk)).record();
  }

  /** How much of its scrub is done, as the disk says itself, in bytes. */
  long scrubbed(LoopDisk disk) throws IOException {
    ScrubProgress progress = record(disk).scrub();
    return progress == null ? -1 : progress.bytesDone();
  }

  /** The first byte that is not zero in a stretch of a disk's file; -1 if there is none. */
  static long firstData(LoopDisk disk, long from, long to) throws IOException {
    try (var file = new java.io.RandomAccessFile(disk.file().toFile(), "r")) {
      byte[] piece = new byte[(int) MIB];
      for (long at = from; at < to; at += MIB) {
        file.seek(at);
        file.readFully(piece, 0, (int) Math.min(MIB, to - at));
        int found = Arrays.mismatch(piece, new byte[(int) MIB]);
        if (found >= 0 && at + found < to) {
          return at + found;
        }
      }
    }
    return -1;
  }

  @Override
  public void close() {
    pool.close();
  }
}
