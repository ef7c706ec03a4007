package dev.spindle.controller;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
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
import dev.spindle.disks.claim.Provisioned.Refusal;
import dev.spindle.disks.claim.Released;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.linux.DeviceNumber;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Disks that are numbers. It behaves as the real one does where everything goes well; for where it
 * does not, a test puts the outcome in.
 */
final class MemoryClaims implements Claims {
  static final String NODE = "n1";

  private final List<Long> free = new ArrayList<>();
  private final Map<UUID, DiskRecord> volumes = new TreeMap<>();

  volatile boolean ready = true;
  volatile Optional<Callable<Provisioned>> provisioned = Optional.empty();
  volatile Optional<Callable<Released>> released = Optional.empty();
  volatile Optional<Found> found = Optional.empty();
  volatile @Nullable VolumeSpec lastWanted;
  volatile @Nullable ClassParameters lastParameters;

  /** Disks that leave so many bytes for a volume each. */
  MemoryClaims(long... capacities) {
    for (long capacity : capacities) {
      free.add(capacity);
    }
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Provisioned provision(VolumeSpec wanted) throws IOException {
    lastWanted = wanted;
    return provisioned.isPresent() ? call(provisioned.get()) : claim(wanted);
  }

  private synchronized Provisioned claim(VolumeSpec wanted) {
    for (DiskRecord record : volumes.values()) {
      if (record.volume().csiName().equals(wanted.csiName())) {
        return wanted.range().includes(record.volume().capacityBytes())
            ? new Provisioned.Existing(record)
            : new Provisioned.Conflict(record, "it has another size");
      }
    }
    Optional<Long> smallest = free.stream().filter(wanted.range()::includes).sorted().findFirst();
    if (smallest.isEmpty()) {
      Reason reason = new Reason(Reason.Code.IN_USE, "a volume has it");
      return new Provisioned.NoDiskFits(List.of(new Refusal("sdb", List.of(reason))));
    }
    free.remove(smallest.get());
    DiskRecord record = record(UUID.randomUUID(), wanted, smallest.get());
    volumes.put(record.volume().volume(), record);
    return new Provisioned.Claimed(record);
  }

  /** Puts a volume there that was not asked for. */
  synchronized DiskRecord add(UUID volume, VolumeSpec wanted, long capacity) {
    DiskRecord record = record(volume, wanted, capacity);
    volumes.put(volume, record);
    return record;
  }

  @Override
  public synchronized Found find(VolumeId id) {
    if (found.isPresent()) {
      return found.get();
    }
    if (!id.topologyValue().equals(NODE)) {
      return new Found.Elsewhere(id.topologyValue());
    }
    DiskRecord record = volumes.get(id.uuid());
    return record == null ? new Found.Missing() : new Found.Volume(record, disk());
  }

  @Override
  public Released release(VolumeId id) throws IOException {
    return released.isPresent() ? call(released.get()) : remove(id);
  }

  private synchronized Released remove(VolumeId id) {
    if (!id.topologyValue().equals(NODE)) {
      return new Released.Elsewhere(id.topologyValue());
    }
    DiskRecord record = volumes.remove(id.uuid());
    if (record == null) {
      return new Released.Unknown();
    }
    free.add(record.volume().capacityBytes());
    return new Released.Gone();
  }

  @Override
  public synchronized List<DiskRecord> volumes() {
    return List.copyOf(volumes.values());
  }

  @Override
  public synchronized Capacity capacity(ClassParameters parameters) {
    lastParameters = parameters;
    return new Capacity(
        free.stream().mapToLong(Long::longValue).sum(),
        free.stream().mapToLong(Long::longValue).max().orElse(0));
  }

  @Override
  public Grown grow(UUID volume, SizeRange wanted) {
    throw new AssertionError("the controller grows nothing");
  }

  @Override
  public synchronized int maxVolumes() {
    return free.size() + volumes.size();
  }

  @Override
  public OpenVolume open(UUID volume) {
    throw new UnsupportedOperationException("the controller opens nothing");
  }

  @Override
  public void letGo(UUID volume) {
    throw new UnsupportedOperationException("the controller opens nothing");
  }

  static DiskRecord record(UUID volume, VolumeSpec wanted, long capacity) {
    Claim claim =
        new Claim(
            volume,
            wanted.csiName(),
            Instant.EPOCH,
            capacity,
            wanted.accessType(),
            wanted.accessType() == AccessType.BLOCK ? null : VolumeRequests.filesystem(wanted),
            wanted.parameters().given(),
            wanted.origin().pvcNamespace(),
            wanted.origin().pvcName(),
            wanted.origin().pvName());
    return new DiskRecord(
        new Owner("disk.spindle.dev", NODE),
        UUID.randomUUID(),
        Geometry.of(512, capacity + 4 * Geometry.MIB),
        State.CLAIMED,
        claim,
        null);
  }

  static Disk disk() {
    SysDisk device =
        new SysDisk(
            "sdb",
            new DeviceNumber(8, 16),
            1,
            1L << 30,
            512,
            false,
            false,
            false,
            false,
            true,
            "none",
            "model",
            "vendor",
            "serial",
            "wwn",
            "sata",
            null,
            List.of(),
            List.of(),
            List.of());
    return new Disk(
        device, List.of(), List.of(), false, true, new Content.Unread(), Disk.Twins.NONE);
  }

  private static <T> T call(Callable<T> outcome) throws IOException {
    try {
      return outcome.call();
    } catch (IOException | RuntimeException thrown) {
      throw thrown;
    } catch (Exception other) {
      throw new IllegalStateException(other);
    }
  }
}
