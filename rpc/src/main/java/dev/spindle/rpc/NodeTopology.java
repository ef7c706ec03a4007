package dev.spindle.rpc;

import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import java.util.Map;

/**
 * Where this node is: the one segment that NodeGetInfo and every volume carry. The same everywhere,
 * or external-provisioner does not connect a volume with its node's capacity.
 *
 * @param key as "disk.spindle.dev/node"
 * @param value at most 63 bytes (CSI spec, Topology)
 */
public record NodeTopology(String key, String value) {
  /** As CSI carries it. */
  public Topology toProto() {
    return Topology.newBuilder().putSegments(key, value).build();
  }

  /**
   * Whether a place that is asked for is this node. One without segments asks for nothing; one with
   * a segment that is not ours is somewhere else.
   */
  public boolean accepts(Topology asked) {
    Map<String, String> segments = asked.getSegmentsMap();
    return segments.isEmpty() || segments.equals(Map.of(key, value));
  }

  /**
   * Whether a volume on this node meets a requirement: one of the requisite places is this node.
   * The preferred ones count only where none is requisite.
   */
  public boolean meets(TopologyRequirement asked) {
    return asked.getRequisiteCount() > 0
        ? asked.getRequisiteList().stream().anyMatch(this::accepts)
        : asked.getPreferredCount() == 0
            || asked.getPreferredList().stream().anyMatch(this::accepts);
  }

  @Override
  public String toString() {
    return key + "=" + value;
  }
}
