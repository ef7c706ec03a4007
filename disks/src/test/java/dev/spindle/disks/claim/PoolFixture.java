package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.VolumeSpec.Origin;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.ThisNode;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.exec.Mkfs;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * A pool over loop disks, stopped and started again at will, with the words that tests of it need.
 */
final class PoolFixture implements AutoCloseable {
  static final long MIB = 1L << 20;
  static final Owner OWNER = new Owner("test.spindle.dev", "node-1");
  private static final Path ROOT = Path.of("/");

  final NativeLinux linux = new NativeLinux();
  final Hardware hardware = ThisNode.hardware();
  final Filesystems filesystems = new Mkfs(new Programs(), ROOT);
  private final List<DiskPattern> patterns;
  private DiskPool pool;

  PoolFixture(LoopDisk... disks) {
    patterns = new ArrayList<>();
    for (LoopDisk disk : disks) {
      patterns.add(DiskPattern.of(disk.node().toString()));
    }
    pool = start();
  }

  private DiskPool start() {
    Policy policy = new Policy(OWNER, patterns, List.of(), 16 * MIB, true, false);
    DiskPool started = DiskPool.start(hardware, filesystems, policy, 0);
    waitUntil(() -> started.claims().ready());
    return started;
  }

  DiskPool pool() {
    return pool;
  }

  Claims claims() {
    return pool.claims();
  }

  /** As a new process would find the disks. */
  void restart() {
    pool.close();
    pool = start();
  }

  void lookAgain() {
    try {
      pool.inventory().refresh();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  Examined examined(LoopDisk disk) {
    return pool.inventory().disk(disk.name()).orElseThrow();
  }

  List<Reason.Code> reasons(LoopDisk disk) {
    return examined(disk).verdict().reasons().stream().map(Reason::code).toList();
  }

  boolean eligible(LoopDisk disk) {
    return examined(disk).verdict() instanceof Eligible;
  }

  DiskRecord claim(String name, long bytes) throws IOException {
    Provisioned outcome = claims().provision(block(name, bytes));
    assertThat(outcome).isInstanceOf(Provisioned.Claimed.class);
    return ((Provisioned.Claimed) outcome).record();
  }

  static VolumeSpec block(String name, long bytes) {
    return new VolumeSpec(
        name,
        new SizeRange(bytes, 0),
        AccessType.BLOCK,
        null,
        ClassParameters.parse(Map.of()),
        Origin.UNKNOWN);
  }

  static VolumeSpec filesystem(String name, FilesystemType type) {
    return new VolumeSpec(
        name,
        SizeRange.ANY,
        AccessType.FILESYSTEM,
        type,
        ClassParameters.parse(Map.of()),
        Origin.UNKNOWN);
  }

  static VolumeId id(DiskRecord record) {
    return new VolumeId(OWNER.topologyValue(), record.volume().volume());
  }

  static UUID uuid(DiskRecord record) {
    return record.volume().volume();
  }

  Reading read(LoopDisk disk) throws IOException {
    try (BlockDevice open = linux.blockDevices().open(disk.node(), Access.READ)) {
      return Ledger.read(open);
    }
  }

  State state(LoopDisk disk) throws IOException {
    return ((Reading.Joined) read(disk)).record().state();
  }

  void write(LoopDisk disk, long offset, byte[] data) throws IOException {
    try (BlockDevice open = linux.blockDevices().open(disk.node(), Access.EXCLUSIVE)) {
      open.write(offset, data);
      open.flush();
    }
  }

  static void waitUntil(BooleanSupplier condition) {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waited for a minute").isBefore(end);
      try {
        Thread.sleep(10);
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
