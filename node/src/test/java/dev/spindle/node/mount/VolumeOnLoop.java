package dev.spindle.node.mount;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.Capacity;
import dev.spindle.disks.claim.Claims;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.claim.Grown;
import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.disks.claim.Provisioned;
import dev.spindle.disks.claim.Released;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.BlockDevices;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.sysfs.SysBlock;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysPartition;
import dev.spindle.linux.testing.LoopDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One claimed volume on a loop disk: claims whose record is kept here and whose partition is the
 * kernel's.
 */
final class VolumeOnLoop implements Claims, AutoCloseable {
  private static final long EDGE = 16 * Geometry.MIB;

  private final BlockDevices devices = new NativeLinux().blockDevices();
  private final SysBlock sysBlock = new SysBlock(Path.of("/"));
  private final LoopDisk disk;
  private final Geometry geometry;
  private final List<BlockDevice> kept = new ArrayList<>();

  /** Every change of state, in order. */
  final List<State> states = new ArrayList<>();

  private DiskRecord record;
  boolean ready = true;
  @Nullable String uncertain;
  boolean missing;
  int cleared;

  VolumeOnLoop(LoopDisk disk, AccessType type, @Nullable String filesystem) throws IOException {
    this.disk = disk;
    try (BlockDevice whole = devices.open(disk.node(), Access.EXCLUSIVE)) {
      this.geometry = Geometry.of(512, whole.sizeBytes());
      Extent volume = geometry.volume();
      whole.addPartition(2, volume.startBytes(), volume.lengthBytes());
    }
    Claim claim =
        new Claim(
            UUID.randomUUID(),
            "pvc-1",
            Instant.EPOCH,
            geometry.volume().lengthBytes(),
            type,
            filesystem,
            Map.of(),
            "",
            "",
            "");
    this.record =
        new DiskRecord(
            new Owner("disk.spindle.dev", "n1"),
            UUID.randomUUID(),
            geometry,
            State.CLAIMED,
            claim,
            null);
  }

  UUID uuid() {
    return record.volume().volume();
  }

  String id() {
    return new VolumeId("n1", uuid()).toString();
  }

  Path node() {
    return disk.partition(2);
  }

  State state() {
    return record.state();
  }

  void become(State state) {
    record = record.in(state);
    states.add(state);
  }

  boolean held() {
    return !kept.isEmpty();
  }

  SysPartition partition() throws IOException {
    return device().partitions().stream()
        .filter(part -> part.number() == 2)
        .findFirst()
        .orElseThrow();
  }

  private SysDisk device() throws IOException {
    return sysBlock.read(disk.name()).orElseThrow();
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Found find(VolumeId id) {
    if (!ready) {
      throw new AssertionError("asked before the first inventory");
    }
    if (!id.topologyValue().equals("n1")) {
      return new Found.Elsewhere(id.topologyValue());
    }
    if (uncertain != null) {
      return new Found.Uncertain(uncertain);
    }
    if (missing || !id.uuid().equals(uuid())) {
      return new Found.Missing();
    }
    try {
      return new Found.Volume(
          record,
          new Disk(
              device(),
              List.of(),
              List.of(),
              false,
              true,
              new Content.Unreadable(new Reason(Reason.Code.UNREADABLE, "not looked at")),
              Disk.Twins.NONE));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public OpenVolume open(UUID volume) throws IOException {
    SysPartition partition = partition();
    return new Open(partition, devices.open(partition.node(), Access.READ));
  }

  @Override
  public void letGo(UUID volume) {
    close();
  }

  @Override
  public void close() {
    try {
      for (BlockDevice device : kept) {
        device.close();
      }
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    kept.clear();
  }

  @Override
  public Grown grow(UUID volume, SizeRange wanted) {
    throw new AssertionError("not tried here");
  }

  @Override
  public int maxVolumes() {
    return 3;
  }

  @Override
  public List<DiskRecord> volumes() {
    return List.of(record);
  }

  @Override
  public Provisioned provision(VolumeSpec wanted) {
    throw new AssertionError("not the node's");
  }

  @Override
  public Released release(VolumeId id) {
    throw new AssertionError("not the node's");
  }

  @Override
  public Capacity capacity(ClassParameters parameters) {
    throw new AssertionError("not the node's");
  }

  private final class Open implements OpenVolume {
    private final SysPartition partition;
    private final BlockDevice device;
    private boolean keep;

    Open(SysPartition partition, BlockDevice device) {
      this.partition = partition;
      this.device = device;
    }

    @Override
    public DiskRecord record() {
      return record;
    }

    @Override
    public BlockDevice device() {
      return device;
    }

    @Override
    public SysPartition partition() {
      return partition;
    }

    @Override
    public void checkPath() throws IOException {
      if (!partition.equals(VolumeOnLoop.this.partition())) {
        throw new IOException(partition.node() + " is another partition by now");
      }
    }

    @Override
    public void clearUnfinishedFormat() throws IOException {
      cleared++;
      try (BlockDevice exclusive = devices.open(partition.node(), Access.EXCLUSIVE)) {
        exclusive.zero(0, EDGE);
        exclusive.zero(exclusive.sizeBytes() - EDGE, EDGE);
        exclusive.flush();
      }
    }

    @Override
    public void formatting() {
      become(State.FORMATTING);
    }

    @Override
    public void formatted() {
      become(State.FORMATTED);
    }

    @Override
    public void keep() {
      keep = true;
    }

    @Override
    public void close() {
      try {
        if (keep && kept.isEmpty()) {
          kept.add(device);
        } else {
          device.close();
        }
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }
  }
}
