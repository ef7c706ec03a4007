package dev.spindle.disks.health;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.health.Ailment.Kind;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Inventory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What ails the disks and volumes of a running driver: as of the last look, from memory. */
public final class Health {
  private final Inventory inventory;

  /** Of the disks of one node. */
  public Health(Inventory inventory) {
    this.inventory = inventory;
  }

  /**
   * Every volume that this process knows of, also of those whose disks are gone or frozen; an empty
   * list is good health.
   */
  public Map<VolumeId, List<Ailment>> volumes() {
    Map<VolumeId, List<Ailment>> volumes = new LinkedHashMap<>();
    inventory.lostVolumes().forEach((record, disk) -> volumes.put(id(record), ofLost(disk)));
    for (Examined disk : inventory.disks()) {
      disk.volume().ifPresent(record -> volumes.put(id(record), Diagnosis.of(disk)));
    }
    return volumes;
  }

  private static VolumeId id(DiskRecord record) {
    return new VolumeId(record.owner().topologyValue(), record.volume().volume());
  }

  private List<Ailment> ofLost(String name) {
    return inventory
        .disk(name)
        .filter(disk -> disk.verdict().mayHideVolume())
        .map(Diagnosis::of)
        .orElseGet(
            () ->
                List.of(
                    new Ailment(
                        Kind.DISK_GONE, "it was on /dev/" + name + inventory.trouble(name))));
  }

  /** The disks that are named or ours and not well, by kernel name. */
  public Map<String, List<Ailment>> disks() {
    Map<String, List<Ailment>> disks = new TreeMap<>();
    for (Examined disk : inventory.disks()) {
      List<Ailment> ailments = Diagnosis.of(disk);
      if (!ailments.isEmpty() && inventory.concerns(disk)) {
        disks.put(disk.name(), ailments);
      }
    }
    return disks;
  }
}
