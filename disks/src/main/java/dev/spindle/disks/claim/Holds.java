package dev.spindle.disks.claim;

import dev.spindle.linux.BlockDevice;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of staged volumes, held open for reading: udev's re-reading of a table drops
 * partitions that nobody has open.
 */
final class Holds {
  private static final Logger LOG = LoggerFactory.getLogger(Holds.class);

  private final Map<UUID, BlockDevice> held = new ConcurrentHashMap<>();

  void keep(UUID volume, BlockDevice partition) {
    BlockDevice before = held.put(volume, partition);
    if (before != null) {
      close(before);
    }
  }

  boolean has(UUID volume) {
    return held.containsKey(volume);
  }

  void letGo(UUID volume) {
    BlockDevice partition = held.remove(volume);
    if (partition != null) {
      close(partition);
    }
  }

  void letAllGo() {
    held.keySet().forEach(this::letGo);
  }

  static void close(BlockDevice device) {
    try {
      device.close();
    } catch (IOException failed) {
      // close(2) lets go of the descriptor whatever it returns.
      LOG.warn("closing {}: {}", device.path(), failed.getMessage());
    }
  }
}
