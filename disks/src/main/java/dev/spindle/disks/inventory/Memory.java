package dev.spindle.disks.inventory;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.ledger.Reading;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The volumes this process has seen, so that one whose disk vanished is lost with a reason and not
 * merely unknown (rules R2 and R6). Not safe for threads; the inventory guards it.
 */
final class Memory {
  private final Map<UUID, Seen> volumes = new HashMap<>();

  /** A volume and the disk it was on. */
  private record Seen(DiskRecord record, String disk) {}

  /**
   * Remembers every volume of ours, and forgets those whose disk says by itself that they are no
   * more.
   */
  void remember(List<Examined> disks, Owner owner) {
    for (Examined examined : disks) {
      record(examined)
          .filter(record -> record.owner().equals(owner))
          .filter(record -> !isCopyOfSeen(examined, record))
          .ifPresent(record -> remember(record, examined.name()));
    }
  }

  /** As long as the disk that a volume was seen on is there, a copy of it takes nothing over. */
  private boolean isCopyOfSeen(Examined examined, DiskRecord record) {
    return volumes.values().stream()
        .filter(seen -> seen.record().diskGuid().equals(record.diskGuid()))
        .anyMatch(seen -> examined.disk().twins().sameLedger().contains(seen.disk()));
  }

  private void remember(DiskRecord record, String disk) {
    volumes.values().removeIf(seen -> seen.record().diskGuid().equals(record.diskGuid()));
    if (record.state().holdsVolume()) {
      volumes.put(record.volume().volume(), new Seen(record, disk));
    }
  }

  Map<DiskRecord, String> lost(List<Examined> disks) {
    Set<UUID> there = new HashSet<>();
    for (Examined examined : disks) {
      examined.volume().ifPresent(record -> there.add(record.volume().volume()));
    }
    Map<DiskRecord, String> lost = new HashMap<>();
    volumes.forEach(
        (volume, seen) -> {
          if (!there.contains(volume)) {
            lost.put(seen.record(), seen.disk());
          }
        });
    return lost;
  }

  private static Optional<DiskRecord> record(Examined examined) {
    return examined.disk().content() instanceof Content.Read read
            && read.reading() instanceof Reading.Joined joined
        ? Optional.of(joined.record())
        : Optional.empty();
  }
}
