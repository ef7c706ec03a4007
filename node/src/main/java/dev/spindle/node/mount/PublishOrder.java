package dev.spindle.node.mount;

import java.nio.file.Path;

/**
 * What NodePublishVolume asks (CSI spec, NodePublishVolume).
 *
 * @param staged staging_target_path, absolute
 * @param target target_path, absolute; its parent exists, the entry itself is made here
 * @param sharing what the access mode allows
 */
public record PublishOrder(
    String volumeId, Path staged, Path target, Wanted wanted, Sharing sharing) {
  /**
   * What the access mode allows.
   *
   * @param readOnly no writes through this target
   * @param alone no other target of the volume on this node beside this one
   */
  public record Sharing(boolean readOnly, boolean alone) {}
}
