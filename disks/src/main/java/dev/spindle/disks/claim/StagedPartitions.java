package dev.spindle.disks.claim;

import dev.spindle.disks.inventory.Hardware;
import dev.spindle.linux.BlockDevice;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The partitions of staged volumes, held open for reading: udev's re-reading of a table drops
 * partitions that nobody has open.
 */
final class StagedPartitions {
  private final Map<UUID, BlockDevice> held = new ConcurrentHashMap<>();

  void keep(UUID volume, BlockDevice partition) {
    BlockDevice before = held.put(volume, partition);
    if (before != null) {
      Hardware.letGo(before);
    }
  }

  boolean has(UUID volume) {
    return held.containsKey(volume);
  }

  void letGo(UUID volume) {
    BlockDevice partition = held.remove(volume);
    if (partition != null) {
      Hardware.letGo(partition);
    }
  }

  void letAllGo() {
    held.keySet().forEach(this::letGo);
  }
}
