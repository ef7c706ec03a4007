package dev.spindle.disks.claim;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Claims on real disks. */
final class DiskClaims implements Claims {
  private final Inventory inventory;
  private final Filesystems filesystems;
  private final Owner owner;
  private final BooleanSupplier ready;
  private final Parts parts;

  /** The operations behind the claims. */
  record Parts(
      Provisioning provisioning,
      Releasing releasing,
      VolumeOpening opening,
      Growing growing,
      StagedPartitions staged) {}

  DiskClaims(
      Inventory inventory,
      Filesystems filesystems,
      Owner owner,
      Parts parts,
      BooleanSupplier ready) {
    this.inventory = inventory;
    this.filesystems = filesystems;
    this.owner = owner;
    this.parts = parts;
    this.ready = ready;
  }

  @Override
  public boolean ready() {
    return ready.getAsBoolean();
  }

  @Override
  public Provisioned provision(VolumeSpec wanted) {
    return parts.provisioning().provision(wanted);
  }

  @Override
  public Found find(VolumeId id) {
    Optional<Examined> disk = diskOf(id.uuid());
    if (disk.isPresent()) {
      return disk.get()
          .volume()
          .<Found>map(record -> new Found.Volume(record, disk.get().disk()))
          .orElseGet(Found.Missing::new);
    }
    if (!id.topologyValue().equals(owner.topologyValue())) {
      return new Found.Elsewhere(id.topologyValue());
    }
    return doubt(id.uuid()).<Found>map(Found.Uncertain::new).orElseGet(Found.Missing::new);
  }

  @Override
  public Released release(VolumeId id) throws IOException {
    Optional<Examined> disk = diskOf(id.uuid());
    if (disk.isPresent()) {
      return disk.get().volume().isPresent()
          ? parts.releasing().release(disk.get(), id.uuid())
          : parts.releasing().confirm(disk.get());
    }
    if (!id.topologyValue().equals(owner.topologyValue())) {
      return new Released.Elsewhere(id.topologyValue());
    }
    return doubt(id.uuid()).<Released>map(Released.Uncertain::new).orElseGet(Released.Unknown::new);
  }

  /** The disk that is ours by verdict and records this volume, be it live or being scrubbed. */
  private Optional<Examined> diskOf(UUID volume) {
    return inventory.disks().stream().filter(disk -> records(disk, volume)).findFirst();
  }

  private static boolean records(Examined disk, UUID volume) {
    if (!(disk.verdict() instanceof Verdict.Ours ours)) {
      return false;
    }
    Claim claim = ours.record().claim();
    return claim != null && claim.volume().equals(volume);
  }

  /** Why it cannot be said that a volume which is not found does not exist (rule R2). */
  private Optional<String> doubt(UUID volume) {
    for (Map.Entry<DiskRecord, String> lost : inventory.lostVolumes().entrySet()) {
      if (lost.getKey().volume().volume().equals(volume)) {
        return Optional.of(
            "it was on /dev/" + lost.getValue() + inventory.trouble(lost.getValue()));
      }
    }
    return inventory.disks().stream()
        .filter(disk -> disk.verdict().mayHideVolume() && inventory.mayBeNamed(disk))
        .findFirst()
        .map(disk -> "it may be on /dev/" + disk.name() + inventory.trouble(disk.name()));
  }

  @Override
  public List<DiskRecord> volumes() {
    return inventory.disks().stream().flatMap(disk -> disk.volume().stream()).toList();
  }

  @Override
  public Capacity capacity(ClassParameters parameters) {
    FilesystemType filesystem = parameters.filesystem().orElse(null);
    if (filesystem != null
        && !filesystems.missing(filesystem, parameters.mkfsOptions()).isEmpty()) {
      return new Capacity(0, 0);
    }
    Demand demand = new Demand(SizeRange.ANY, filesystem, parameters);
    List<Eligible> fitting = DiskChoice.fitting(inventory.disks(), demand);
    return new Capacity(
        fitting.stream().mapToLong(Eligible::capacityBytes).sum(),
        fitting.stream().mapToLong(Eligible::capacityBytes).max().orElse(0));
  }

  @Override
  public int maxVolumes() {
    return (int)
        inventory.disks().stream()
            .map(Examined::verdict)
            .filter(verdict -> verdict instanceof Eligible || verdict instanceof Verdict.Ours)
            .count();
  }

  @Override
  public OpenVolume open(UUID volume) throws IOException {
    return parts.opening().open(live(volume), volume);
  }

  @Override
  public Grown grow(UUID volume, SizeRange wanted) throws IOException {
    return parts.growing().grow(live(volume).name(), volume, wanted);
  }

  /** The disk that a volume is on. */
  private Disk live(UUID volume) throws IOException {
    return diskOf(volume)
        .filter(found -> found.volume().isPresent())
        .map(Examined::disk)
        .orElseThrow(
            () ->
                new IOException(
                    "volume "
                        + volume
                        + " is on no disk here"
                        + doubt(volume).map(why -> "; " + why).orElse("")));
  }

  @Override
  public void letGo(UUID volume) {
    parts.staged().letGo(volume);
  }
}
