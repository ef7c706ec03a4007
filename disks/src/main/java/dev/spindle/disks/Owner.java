package dev.spindle.disks;

/**
 * Whose a disk is: one driver on one node.
 *
 * @param driverName CSI plugin name, at most 63 bytes
 * @param topologyValue this node's value of the topology key, at most 63 bytes
 */
public record Owner(String driverName, String topologyValue) {
  @Override
  public String toString() {
    return driverName + " on " + topologyValue;
  }
}
