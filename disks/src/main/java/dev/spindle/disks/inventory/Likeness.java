package dev.spindle.disks.inventory;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which disks seem to be one and the same (rule R5). */
final class Likeness {
  private final Map<String, List<String>> byLedger = new HashMap<>();
  private final Map<String, List<String>> byHardware = new HashMap<>();

  private Likeness() {}

  static Likeness of(Collection<Disk> disks) {
    Likeness likeness = new Likeness();
    for (Disk disk : disks) {
      ledgerKeys(disk).forEach(key -> likeness.put(likeness.byLedger, key, disk));
      hardwareKeys(disk).forEach(key -> likeness.put(likeness.byHardware, key, disk));
    }
    return likeness;
  }

  private void put(Map<String, List<String>> map, String key, Disk disk) {
    map.computeIfAbsent(key, any -> new ArrayList<>()).add(disk.name());
  }

  Disk.Twins twins(Disk disk) {
    return new Disk.Twins(
        others(byLedger, ledgerKeys(disk), disk), others(byHardware, hardwareKeys(disk), disk));
  }

  private static List<String> others(Map<String, List<String>> map, List<String> keys, Disk disk) {
    return keys.stream()
        .flatMap(key -> map.getOrDefault(key, List.of()).stream())
        .filter(name -> !name.equals(disk.name()))
        .distinct()
        .sorted()
        .toList();
  }

  private static List<String> ledgerKeys(Disk disk) {
    if (!(disk.content() instanceof Content.Read read)) {
      return List.of();
    }
    return Eligibility.record(read.reading()).map(Likeness::ledgerKeys).orElse(List.of());
  }

  private static List<String> ledgerKeys(DiskRecord record) {
    List<String> keys = new ArrayList<>(List.of("disk " + record.diskGuid()));
    Claim claim = record.claim();
    if (claim != null) {
      keys.add("volume " + claim.volume());
    }
    return keys;
  }

  /**
   * The WWN where there is one; else the serial, which some makers give to more than one disk, with
   * vendor and model.
   */
  private static List<String> hardwareKeys(Disk disk) {
    SysDisk device = disk.device();
    if (!device.wwn().isBlank()) {
      return List.of("wwn " + device.wwn());
    }
    return device.serial().isBlank()
        ? List.of()
        : List.of("serial " + device.vendor() + "/" + device.model() + "/" + device.serial());
  }
}
