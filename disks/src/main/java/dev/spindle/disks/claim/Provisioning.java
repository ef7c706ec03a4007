package dev.spindle.disks.claim;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds or makes the volume of a name. Choosing is done under one short lock, in memory only; the
 * chosen disk is reserved and worked on outside it, so that a disk that hangs hangs nobody else's
 * choice.
 */
final class Provisioning {
  private final Inventory inventory;
  private final Filesystems filesystems;
  private final Claiming claiming;
  private final LedgerWriter ledger;
  private final Set<String> reserved = new HashSet<>();
  private final Map<String, Unsettled> unsettled = new ConcurrentHashMap<>();

  /** An attempt that failed midway: a name in /dev, for people, and what the disk is (rule R4). */
  private record Unsettled(String disk, UUID diskGuid) {}

  Provisioning(
      Inventory inventory, Filesystems filesystems, Claiming claiming, LedgerWriter ledger) {
    this.inventory = inventory;
    this.filesystems = filesystems;
    this.claiming = claiming;
    this.ledger = ledger;
  }

  Provisioned provision(VolumeSpec wanted) {
    Optional<Provisioned> known = known(wanted);
    return known.isPresent() ? known.get() : claim(wanted);
  }

  /** What is known of the name: the volume, or that a disk that may hold it cannot be asked. */
  private Optional<Provisioned> known(VolumeSpec wanted) {
    String name = wanted.csiName();
    Optional<Examined> seen = diskOf(name);
    if (seen.isPresent()) {
      // That look may be ten seconds old: the disk may be gone since, or wiped by a person.
      try {
        inventory.renew(seen.get().name());
      } catch (IOException failed) {
        return Optional.of(
            new Provisioned.Uncertain(
                "whether volume %s is still on /dev/%s cannot be told: %s"
                    .formatted(name, seen.get().name(), failed.getMessage())));
      }
    }
    return diskOf(name)
        .map(disk -> settled(disk, disk.volume().orElseThrow(), wanted))
        .or(() -> lost(name))
        .or(() -> unsettled(name));
  }

  private Optional<Examined> diskOf(String name) {
    return inventory.disks().stream()
        .filter(disk -> disk.volume().filter(volume -> isNamed(volume, name)).isPresent())
        .findFirst();
  }

  /**
   * A claim that failed midway may be in one slot only: if that one rots, the disk would be FREE
   * though somebody was told that it is a volume's.
   */
  private Provisioned settled(Examined disk, DiskRecord record, VolumeSpec wanted) {
    try {
      ledger.complete(disk.disk(), record.volume().volume());
      unsettled.remove(wanted.csiName());
      return compare(record, wanted);
    } catch (IOException failed) {
      return new Provisioned.Uncertain(
          "volume "
              + wanted.csiName()
              + " is recorded on /dev/"
              + disk.name()
              + " only in part, and completing the record failed: "
              + failed.getMessage());
    }
  }

  private Optional<Provisioned> lost(String name) {
    return inventory.lostVolumes().entrySet().stream()
        .filter(lost -> isNamed(lost.getKey(), name))
        .findFirst()
        .map(
            lost ->
                new Provisioned.Uncertain(
                    "volume "
                        + name
                        + " was on /dev/"
                        + lost.getValue()
                        + inventory.trouble(lost.getValue())
                        + "; no empty volume takes its place"));
  }

  /**
   * An attempt whose disk is readable again, under this name or another, and does not hold the
   * volume, is settled: nothing came of it.
   */
  private Optional<Provisioned> unsettled(String name) {
    Unsettled attempt = unsettled.get(name);
    if (attempt == null) {
      return Optional.empty();
    }
    if (inventory.disks().stream().anyMatch(disk -> isWithout(disk, attempt.diskGuid(), name))) {
      unsettled.remove(name);
      return Optional.empty();
    }
    return Optional.of(
        new Provisioned.Uncertain(
            "an attempt to claim /dev/"
                + attempt.disk()
                + " for volume "
                + name
                + " failed midway, and that disk (GUID "
                + attempt.diskGuid()
                + ") cannot be read now or is gone"));
  }

  /** Whether a disk is the one of a GUID, and says itself that it does not hold a volume. */
  private static boolean isWithout(Examined disk, UUID diskGuid, String name) {
    return disk.disk().content() instanceof Content.Read read
        && read.reading() instanceof Reading.Joined joined
        && joined.record().diskGuid().equals(diskGuid)
        && !(joined.record().state().holdsVolume() && isNamed(joined.record(), name));
  }

  private static boolean isNamed(DiskRecord record, String name) {
    return record.volume().csiName().equals(name);
  }

  private static Provisioned compare(DiskRecord record, VolumeSpec wanted) {
    Claim claim = record.volume();
    FilesystemType type = wanted.filesystem();
    String filesystem = type == null ? null : type.fsName();
    if (claim.accessType() != wanted.accessType()) {
      return new Provisioned.Conflict(record, "its access type is " + claim.accessType());
    }
    if (!Objects.equals(claim.filesystem(), filesystem)) {
      return new Provisioned.Conflict(record, "its filesystem is " + claim.filesystem());
    }
    if (!wanted.range().includes(claim.capacityBytes())) {
      return new Provisioned.Conflict(record, "it has " + Quantity.format(claim.capacityBytes()));
    }
    return claim.parameters().equals(wanted.parameters().given())
        ? new Provisioned.Existing(record)
        : new Provisioned.Conflict(record, "it was made with other StorageClass parameters");
  }

  private Provisioned claim(VolumeSpec wanted) {
    Map<String, List<Reason>> failed = new HashMap<>();
    FilesystemType filesystem = wanted.filesystem();
    String missing =
        filesystem == null
            ? ""
            : filesystems.missing(filesystem, wanted.parameters().mkfsOptions());
    if (!missing.isEmpty()) {
      return noDiskFits(wanted, failed, Optional.of(missing));
    }
    while (true) {
      Optional<Eligible> chosen = reserve(wanted, failed.keySet());
      if (chosen.isEmpty()) {
        return noDiskFits(wanted, failed, Optional.empty());
      }
      String disk = chosen.get().disk().name();
      Claiming.Attempt attempt;
      try {
        attempt = claiming.take(chosen.get(), wanted);
      } finally {
        unreserve(disk);
      }
      if (attempt instanceof Claiming.Attempt.Taken taken) {
        return new Provisioned.Claimed(taken.record());
      }
      if (attempt instanceof Claiming.Attempt.Refused refused) {
        failed.put(disk, refused.reasons());
      } else if (attempt instanceof Claiming.Attempt.Unsettled midway) {
        failed.put(disk, midway.reasons());
        unsettled.put(wanted.csiName(), new Unsettled(disk, midway.diskGuid()));
        Optional<Provisioned> outcome = known(wanted);
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
    }
  }

  private synchronized Optional<Eligible> reserve(VolumeSpec wanted, Set<String> failed) {
    List<Examined> candidates =
        inventory.disks().stream()
            .filter(disk -> !reserved.contains(disk.name()))
            .filter(disk -> !failed.contains(disk.name()))
            .toList();
    Optional<Eligible> chosen = DiskChoice.smallestFitting(candidates, wanted.demand());
    chosen.ifPresent(eligible -> reserved.add(eligible.disk().name()));
    return chosen;
  }

  private synchronized void unreserve(String disk) {
    reserved.remove(disk);
  }

  private synchronized boolean isReserved(String disk) {
    return reserved.contains(disk);
  }

  private Provisioned noDiskFits(
      VolumeSpec wanted, Map<String, List<Reason>> failed, Optional<String> missing) {
    List<Provisioned.Refusal> refusals = new ArrayList<>();
    missing.ifPresent(
        why ->
            refusals.add(
                new Provisioned.Refusal(
                    "this node", List.of(new Reason(Code.FILESYSTEM_MISSING, why)))));
    for (Examined disk : namedFirst()) {
      List<Reason> reasons =
          failed.containsKey(disk.name())
              ? failed.get(disk.name())
              : DiskChoice.objections(disk, wanted.demand());
      if (reasons.isEmpty() && isReserved(disk.name())) {
        reasons = List.of(new Reason(Code.IN_USE, "it is being claimed for another volume"));
      }
      if (!reasons.isEmpty()) {
        refusals.add(new Provisioned.Refusal(disk.name(), reasons));
      }
    }
    return new Provisioned.NoDiskFits(refusals);
  }

  /** There is not always room for all: those that a person meant to be used come first. */
  private List<Examined> namedFirst() {
    return inventory.disks().stream()
        .sorted(Comparator.comparing(disk -> !inventory.named(disk)))
        .toList();
  }
}
