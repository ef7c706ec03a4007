package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.disks.scrub.Scrubber;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Erases a disk at a person's word: the only way in which a used disk becomes eligible. It works
 * beside a running driver, and holds the disk exclusively all the while.
 */
public final class Wipe implements AutoCloseable {
  /** What a wipe is for; whatever else speaks against a disk, it does not overrule. */
  private static final Set<Code> OVERRULED =
      EnumSet.of(
          Code.SIGNATURE,
          Code.AMBIGUOUS_SIGNATURE,
          Code.DATA,
          Code.TOUCHED,
          Code.PARTITIONS,
          Code.OTHER_OWNER,
          Code.NO_VALID_RECORD,
          Code.PRIMARY_TABLE_BAD,
          Code.FOREIGN_DATA,
          Code.GEOMETRY_CHANGED);

  static final Reason NOT_NAMED =
      new Reason(Code.NOT_NAMED, "no --disks pattern names it, or an --exclude does too");

  private final Hardware hardware;
  private final Owner owner;
  private final Inventory inventory;
  private final Scrubber scrubber;
  private final Releasing releasing;
  private final Partitions partitions;

  /** Of the disks that a policy names. */
  public Wipe(Hardware hardware, Policy policy) {
    this(hardware, policy, new Inventory(hardware, policy, true));
  }

  private Wipe(Hardware hardware, Policy policy, Inventory inventory) {
    this(hardware, policy, inventory, new Scrubber(hardware, inventory, 0));
  }

  /** With threads of the caller's to look and to erase with. */
  Wipe(Hardware hardware, Policy policy, Inventory inventory, Scrubber scrubber) {
    this.hardware = hardware;
    this.owner = policy.owner();
    this.inventory = inventory;
    this.scrubber = scrubber;
    this.partitions = new Partitions(hardware);
    LedgerWriter ledger = new LedgerWriter(hardware, inventory, partitions);
    this.releasing = new Releasing(hardware, inventory, scrubber, ledger, new StagedPartitions());
  }

  /**
   * Looks at a disk and says what wiping it would do. Writes nothing.
   *
   * @param device its node or any name that leads to it
   * @param release whether a FREE disk is to leave the pool
   */
  public WipePlan plan(Path device, boolean release) throws IOException {
    Examined disk = inventory.find(device);
    Verdict verdict = disk.verdict();
    if (verdict instanceof Verdict.Ours ours) {
      return ofOurs(disk, ours.record(), release);
    }
    if (verdict instanceof Eligible eligible) {
      return ofEligible(disk, eligible, release);
    }
    Set<Reason> standing = new LinkedHashSet<>(verdict.reasons());
    standing.removeIf(reason -> OVERRULED.contains(reason.code()));
    // The reasons of a frozen disk leave its mounts out.
    standing.addAll(Eligibility.uses(disk.disk()));
    if (!standing.isEmpty()) {
      return new WipePlan.Refused(disk, List.copyOf(standing));
    }
    if (!inventory.named(disk)) {
      // The reasons of a frozen disk leave the policy out: its volume is found on any disk.
      return new WipePlan.Refused(disk, List.of(NOT_NAMED));
    }
    return release
        ? refused(disk, "it is not FREE; only a FREE disk is given back")
        : new WipePlan.Erase(disk, fingerprint(disk.disk().device()), verdict.reasons());
  }

  private static WipePlan ofOurs(Examined disk, DiskRecord record, boolean release) {
    if (record.state() == State.SCRUBBING) {
      return refused(disk, "it is being scrubbed already; `spindle volumes` shows how far it is");
    }
    return release
        ? refused(disk, "it holds a volume; only a FREE disk is given back")
        : new WipePlan.EndVolume(disk, record.volume().csiName());
  }

  private static WipePlan ofEligible(Examined disk, Eligible eligible, boolean release) {
    if (eligible.joined().isPresent() && release) {
      UUID guid = eligible.joined().get().record().diskGuid();
      return new WipePlan.GiveBack(disk, guid.toString());
    }
    return refused(
        disk, release ? "it has not joined the pool" : "it is eligible as it is; nothing to wipe");
  }

  private static WipePlan refused(Examined disk, String why) {
    return new WipePlan.Refused(disk, List.of(new Reason(Code.IN_USE, why)));
  }

  private String fingerprint(SysDisk device) throws IOException {
    try (BlockDevice open = hardware.devices().open(device.node(), Access.READ)) {
      Identity.check(open, device);
      return Fingerprint.of(device, open);
    }
  }

  /**
   * Does what a plan says and returns when the scrub has ended.
   *
   * @param progress told a sentence about once a second
   * @throws IOException if the disk is in use, is not what was shown any more, or fails
   */
  public void carryOut(WipePlan plan, Consumer<String> progress) throws IOException {
    SysDisk device = plan.disk().disk().device();
    try {
      begin(plan, device);
    } catch (KernelException refused) {
      throw Hardware.inWords(device, refused);
    }
    watch(device, progress);
    checkErased(device);
  }

  private void begin(WipePlan plan, SysDisk device) throws IOException {
    if (plan instanceof WipePlan.Erase erase) {
      inventory.exclusively(
          device.name(),
          pulse -> {
            erase(device, erase.answer());
            return device;
          });
    } else if (plan instanceof WipePlan.EndVolume end) {
      endVolume(end);
    } else if (plan instanceof WipePlan.GiveBack) {
      giveBack(device);
    } else {
      throw new IOException("refused: " + plan);
    }
  }

  /** A scrub that failed ends as quietly as one that came to its end. */
  private void checkErased(SysDisk device) throws IOException {
    try (BlockDevice open = hardware.devices().open(device.node(), Access.READ)) {
      Identity.check(open, device);
      ScrubProgress left =
          Ledger.read(open) instanceof Reading.Joined joined ? joined.record().scrub() : null;
      if (left != null) {
        String error = left.lastError().isEmpty() ? "" : ": " + left.lastError();
        throw new IOException(
            device.node()
                + " is not erased yet"
                + error
                + "; the driver goes on with it, unless --exclude names the disk");
      }
    }
  }

  private void erase(SysDisk device, String answer) throws IOException {
    BlockDevice held = hardware.hold(device);
    boolean handedOver = false;
    try {
      if (!Fingerprint.of(device, held).equals(answer)) {
        throw new IOException(device.node() + " is not what was shown any more; look again");
      }
      hardware.forgetPartitions(held, device);
      Ledger.join(held, wiped(device));
      scrubber.start(device, held);
      handedOver = true;
    } finally {
      if (!handedOver) {
        Hardware.letGo(held);
      }
    }
  }

  private DiskRecord wiped(SysDisk device) {
    return new DiskRecord(
        owner,
        UUID.randomUUID(),
        Geometry.of(device.sectorSize(), device.sizeBytes()),
        State.SCRUBBING,
        null,
        ScrubProgress.starting(ScrubMethod.ZERO));
  }

  private void endVolume(WipePlan.EndVolume end) throws IOException {
    DiskRecord record = end.disk().volume().orElseThrow();
    Released released = releasing.release(end.disk(), record.volume().volume());
    if (released instanceof Released.InUse inUse) {
      throw new IOException("volume " + end.answer() + " is in use: " + inUse.by());
    }
  }

  private void giveBack(SysDisk device) throws IOException {
    try (BlockDevice held = hardware.hold(device)) {
      if (!(Ledger.read(held) instanceof Reading.Joined joined
          && joined.record().state() == State.FREE)) {
        throw new IOException(device.node() + " is not FREE any more; look again");
      }
      hardware.forgetPartitions(held, device);
      Ledger.giveBack(held, joined.record());
    }
  }

  private void watch(SysDisk disk, Consumer<String> progress) throws IOException {
    while (scrubber.isRunning(disk)) {
      scrubber.await(disk, Duration.ofSeconds(1));
      inventory.renew(disk.name());
      inventory
          .disk(disk.name())
          .filter(now -> now.verdict() instanceof Verdict.Ours)
          .ifPresent(now -> progress.accept(now.verdict().reasons().get(0).message()));
    }
  }

  @Override
  public void close() {
    scrubber.close();
    inventory.close();
  }
}
