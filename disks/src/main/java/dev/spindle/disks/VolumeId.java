package dev.spindle.disks;

import java.util.Optional;
import java.util.UUID;

/**
 * The CSI volume_id: {@code <topology value>/<volume uuid>}, at most 63 + 1 + 36 = 100 bytes (CSI
 * spec, Size Limits: 128).
 */
public record VolumeId(String topologyValue, UUID uuid) {
  private static final int UUID_LENGTH = 36;

  /** The id in a text; empty for any text that this driver cannot have made. */
  public static Optional<VolumeId> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || text.length() != slash + 1 + UUID_LENGTH) {
      return Optional.empty();
    }
    try {
      UUID uuid = UUID.fromString(text.substring(slash + 1));
      VolumeId id = new VolumeId(text.substring(0, slash), uuid);
      return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return topologyValue + "/" + uuid;
  }
}
