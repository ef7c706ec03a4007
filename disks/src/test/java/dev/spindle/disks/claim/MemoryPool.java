package dev.spindle.disks.claim;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.VolumeSpec.Origin;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.disks.scrub.Erasure;
import dev.spindle.disks.scrub.Scrubber;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.exec.Smart;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.sysfs.SysErrors;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine;
import dev.spindle.linux.testing.UnrunFilesystems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a driver's process is made of, over a machine of memory disks, with one thread that does
 * everything: so that what is done can be counted, and comes in the same order each time.
 */
final class MemoryPool {
  static final Owner OWNER = new Owner("test.spindle.dev", "node-1");
  static final Policy POLICY =
      new Policy(
          OWNER,
          List.of(DiskPattern.of("/dev/sd*")),
          List.of(),
          Geometry.SMALLEST_DISK_BYTES,
          false,
          false);

  /** So long that a record with them covers most of a slot's sectors. */
  static final Map<String, String> LONG_PARAMETERS =
      Map.of(
          "diskSelector",
          IntStream.range(0, 200)
              .mapToObj(i -> "MODEL-THAT-NOBODY-HAS-" + i)
              .collect(Collectors.joining(",", "MEMORY,", "")));

  final Hardware hardware;
  final Inventory inventory;
  final DiskClaims claims;
  final Recovery recovery;
  private final Provisioning provisioning;
  private final MemoryMachine machine;

  /** Starts: it has looked at nothing yet. */
  MemoryPool(MemoryMachine machine) {
    this.machine = machine;
    hardware =
        new Hardware(
            machine,
            new TableSignatures(),
            machine,
            List::of,
            List::of,
            new SysErrors(Path.of("/nowhere")),
            new Smart(new Programs(List.of())));
    ExecutorService here = new Here();
    inventory = new Inventory(hardware, POLICY, false, here);
    Scrubber scrubber = new Scrubber(hardware, inventory, 0, here);
    Partitions partitions = new Partitions(hardware);
    LedgerWriter ledger = new LedgerWriter(hardware, inventory, partitions);
    StagedPartitions staged = new StagedPartitions();
    VolumeOpening opening = new VolumeOpening(hardware, inventory, partitions, ledger, staged);
    recovery = new Recovery(inventory, scrubber, ledger, opening);
    Filesystems filesystems = new UnrunFilesystems(EnumSet.allOf(FilesystemType.class));
    provisioning =
        new Provisioning(inventory, filesystems, new Claiming(hardware, inventory, OWNER), ledger);
    Releasing releasing = new Releasing(hardware, inventory, scrubber, ledger, staged);
    claims =
        new DiskClaims(
            inventory,
            filesystems,
            OWNER,
            new DiskClaims.Parts(
                provisioning, releasing, opening, new Growing(hardware, inventory, ledger), staged),
            () -> true);
  }

  /** Looks at all disks, as the driver does every few seconds. */
  MemoryPool look() throws IOException {
    for (String name : hardware.sysBlock().names()) {
      inventory.renew(name);
    }
    return this;
  }

  /** Takes up what a predecessor left, as the driver does after each look. */
  MemoryPool recover() {
    inventory.disks().forEach(recovery::recover);
    return this;
  }

  Examined disk(String name) {
    return inventory.disk(name).orElseThrow();
  }

  MemoryDisk medium(String name) {
    return machine.medium(name);
  }

  SysDisk device(String name) throws IOException {
    return hardware.sysBlock().read(name).orElseThrow();
  }

  static VolumeSpec block(String name, Map<String, String> parameters) {
    return new VolumeSpec(
        name,
        SizeRange.ANY,
        AccessType.BLOCK,
        null,
        ClassParameters.parse(parameters),
        Origin.UNKNOWN);
  }

  static VolumeSpec filesystem(String name, Map<String, String> parameters) {
    return new VolumeSpec(
        name,
        SizeRange.ANY,
        AccessType.FILESYSTEM,
        FilesystemType.EXT4,
        ClassParameters.parse(parameters),
        Origin.UNKNOWN);
  }

  /** CreateVolume. */
  void provision(VolumeSpec wanted) throws IOException {
    Provisioned outcome = provisioning.provision(wanted);
    if (!(outcome instanceof Provisioned.Claimed) && !(outcome instanceof Provisioned.Existing)) {
      throw new IOException(outcome.toString());
    }
  }

  /** DeleteVolume. */
  void release(UUID volume) throws IOException {
    Released outcome = claims.release(new VolumeId(OWNER.topologyValue(), volume));
    if (!(outcome instanceof Released.Gone) && !(outcome instanceof Released.Unknown)) {
      throw new IOException(outcome.toString());
    }
  }

  /** Takes the volume to a state, as NodeStageVolume does; mkfs is somebody else's. */
  void format(UUID volume, State until) throws IOException {
    try (OpenVolume open = claims.open(volume)) {
      if (open.record().state() == State.CLAIMED) {
        open.formatting();
      }
      if (until == State.FORMATTED && open.record().state() == State.FORMATTING) {
        open.formatted();
      }
    }
  }

  /** NodeExpandVolume, of a volume that is staged; its filesystem is somebody else's. */
  void grow(UUID volume, String name) throws IOException {
    try (OpenVolume open = claims.open(volume)) {
      Grown outcome = claims.grow(volume, SizeRange.ANY);
      SysDisk now = device(name);
      long whole = Geometry.of(now.sectorSize(), now.sizeBytes()).volume().lengthBytes();
      boolean told =
          now.partitions().stream()
              .anyMatch(
                  part ->
                      part.device().equals(open.partition().device())
                          && part.lengthBytes() == whole);
      if (!outcome.equals(new Grown.Done(whole)) || !told) {
        throw new IOException(name + ": " + outcome + ", and the kernel says " + now.partitions());
      }
    }
  }

  /** Scrubs a disk in the smallest steps there are, with a checkpoint after each. */
  void scrubInSteps(String name) throws IOException {
    try (BlockDevice held = hardware.hold(device(name))) {
      while (Ledger.read(held) instanceof Reading.Joined joined
          && joined.record().state() == State.SCRUBBING) {
        new Erasure(held, joined, () -> true).run();
      }
    }
    inventory.renew(name);
  }

  /** What a person does to a disk that is not ours, or is frozen; once it is ours, recovers it. */
  void wipe(String name) throws IOException {
    Examined disk = disk(name);
    if (disk.verdict() instanceof Verdict.Ours) {
      recovery.recover(disk);
      return;
    }
    String answer;
    try (BlockDevice open = hardware.devices().open(disk.disk().device().node(), Access.READ)) {
      answer = Fingerprint.of(disk.disk().device(), open);
    }
    carryOut(new WipePlan.Erase(disk, answer, disk.verdict().reasons()));
  }

  /** What a person does to a disk that is to leave the pool; wipes it where that was cut short. */
  void giveBack(String name) throws IOException {
    Examined disk = disk(name);
    if (disk.verdict() instanceof Eligible eligible && eligible.joined().isPresent()) {
      carryOut(new WipePlan.GiveBack(disk, ""));
    } else if (!(disk.verdict() instanceof Eligible)) {
      wipe(name);
    }
  }

  private void carryOut(WipePlan plan) throws IOException {
    ExecutorService here = new Here();
    Inventory own = new Inventory(hardware, POLICY, true, here);
    try (Wipe wipe = new Wipe(hardware, POLICY, own, new Scrubber(hardware, own, 0, here))) {
      wipe.carryOut(plan, line -> {});
    }
    inventory.renew(plan.disk().name());
  }

  /** All volumes of this node. */
  List<String> volumes() {
    return claims.volumes().stream().map(record -> record.volume().csiName()).toList();
  }

  /** Runs a task at once, in the thread that asks. */
  private static final class Here extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return true;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
