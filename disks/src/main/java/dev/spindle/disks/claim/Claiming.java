package dev.spindle.disks.claim;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.inventory.Pulse;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes one disk for one volume: holds it, judges it again on that descriptor, joins it if need be,
 * records the claim.
 */
final class Claiming {
  /** A sector of the largest size. The disk's GUID comes early in the record. */
  private static final int RECORD_START_BYTES = 4096;

  private final Hardware hardware;
  private final Inventory inventory;
  private final Owner owner;

  Claiming(Hardware hardware, Inventory inventory, Owner owner) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.owner = owner;
  }

  /** How one attempt ended. */
  sealed interface Attempt {
    /** The disk is the volume's. */
    record Taken(DiskRecord record) implements Attempt {}

    /** Nothing of the claim was written. */
    record Refused(List<Reason> reasons) implements Attempt {}

    /**
     * It failed when part of the claim may have been written: the disk may come back as the
     * volume's, under whatever name.
     */
    record Unsettled(List<Reason> reasons, UUID diskGuid) implements Attempt {}
  }

  Attempt take(Eligible chosen, VolumeSpec wanted) {
    SysDisk disk = chosen.disk().device();
    Progress progress = new Progress();
    try {
      return inventory.exclusively(
          disk.name(),
          pulse -> {
            try {
              return take(disk, wanted, pulse, progress);
            } finally {
              inventory.renew(disk.name());
            }
          });
    } catch (IOException failed) {
      List<Reason> reasons = List.of(failure(failed));
      return progress.claimed == null
          ? new Attempt.Refused(reasons)
          : new Attempt.Unsettled(reasons, progress.claimed);
    }
  }

  /** How far an attempt came, for when it fails. */
  private static final class Progress {
    /** The GUID of the disk on which the claim was begun to be written. */
    private @Nullable UUID claimed;
  }

  private Attempt take(SysDisk disk, VolumeSpec wanted, Pulse pulse, Progress progress)
      throws IOException {
    try (BlockDevice held = hardware.hold(disk)) {
      Verdict again = inventory.judgeHeld(held, hardware.now(disk), pulse).verdict();
      if (!(again instanceof Eligible eligible)) {
        return new Attempt.Refused(again.reasons());
      }
      Optional<Reading.Joined> joined = eligible.joined();
      if (joined.isEmpty()) {
        // An interrupted joining may have got some from its backup table. O_EXCL on the whole disk
        // does not keep out who has one open without it; this fails then.
        hardware.forgetPartitions(held, disk);
        joined = join(held, eligible, pulse);
        if (joined.isEmpty()) {
          return new Attempt.Refused(List.of(secondPath()));
        }
      }
      progress.claimed = joined.get().record().diskGuid();
      DiskRecord claimed = joined.get().record().claimed(claim(eligible, wanted));
      Ledger.write(held, Geometry.MIB, claimed, joined.get().sequence() + 1);
      return new Attempt.Taken(claimed);
    }
  }

  /**
   * Makes the disk ours. If its new table then shows on another disk too, both are one disk on two
   * paths: the joining is undone.
   */
  private Optional<Reading.Joined> join(BlockDevice held, Eligible eligible, Pulse pulse)
      throws IOException {
    DiskRecord record =
        new DiskRecord(owner, guid(eligible), eligible.geometry(), State.FREE, null, null);
    Ledger.join(held, record);
    pulse.beat();
    if (showsElsewhere(held, eligible.disk().device())) {
      Ledger.giveBack(held, record);
      return Optional.empty();
    }
    if (Ledger.read(held) instanceof Reading.Joined joined && joined.record().equals(record)) {
      return Optional.of(joined);
    }
    throw new IOException(held.path() + " does not read back the table it was given");
  }

  /**
   * The GUID of an interrupted joining is taken up again: two records with one sequence and
   * different contents would have to be told apart by a person.
   */
  private static UUID guid(Eligible eligible) {
    return eligible.disk().content() instanceof Content.Read read
            && read.reading() instanceof Reading.RecordOnly begun
        ? begun.record().diskGuid()
        : UUID.randomUUID();
  }

  /**
   * Whether the start of the record, with the disk's GUID, is on another disk too. What cannot be
   * read now is compared by the inventory as soon as it can.
   */
  private boolean showsElsewhere(BlockDevice held, SysDisk joined) throws IOException {
    byte[] start = held.read(Geometry.MIB, RECORD_START_BYTES);
    List<SysDisk> others =
        inventory.disks().stream()
            .map(other -> other.disk().device())
            .filter(device -> !device.name().equals(joined.name()))
            .filter(device -> device.sizeBytes() == joined.sizeBytes())
            .toList();
    return inventory.anyOf(others, device -> carries(device, start));
  }

  private boolean carries(SysDisk device, byte[] recordStart) throws IOException {
    try (BlockDevice open = hardware.devices().open(device.node(), Access.READ)) {
      // The name may have come to mean another disk, or none, since the last look.
      return open.sizeBytes() == device.sizeBytes()
          && Arrays.equals(open.read(Geometry.MIB, RECORD_START_BYTES), recordStart);
    }
  }

  private static Claim claim(Eligible eligible, VolumeSpec wanted) {
    @Nullable String filesystem = wanted.filesystem() == null ? null : wanted.filesystem().fsName();
    return new Claim(
        UUID.randomUUID(),
        wanted.csiName(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        eligible.capacityBytes(),
        wanted.accessType(),
        filesystem,
        wanted.parameters().given(),
        wanted.origin().pvcNamespace(),
        wanted.origin().pvcName(),
        wanted.origin().pvName());
  }

  private static Reason secondPath() {
    return new Reason(
        Code.SECOND_PATH, "its new table showed on another disk too: two paths to one disk");
  }

  private static Reason failure(IOException failed) {
    return new Reason(Code.CLAIM_FAILED, "claiming it failed: " + failed.getMessage());
  }
}
