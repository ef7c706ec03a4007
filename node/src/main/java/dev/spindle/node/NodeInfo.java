package dev.spindle.node;

import csi.v1.NodeGetInfoResponse;
import dev.spindle.disks.claim.Claims;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.NodeTopology;

/**
 * Who this node is and how many volumes it holds (CSI spec, NodeGetInfo). External-provisioner asks
 * once, at its start, and ends on an error; so a call waits a while for the first inventory.
 */
public final class NodeInfo {
  private static final long LONGEST_WAIT_MILLIS = 20_000;
  private static final long STEP_MILLIS = 100;

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    /** Returns after some milliseconds. */
    void pass(long millis) throws InterruptedException;
  }

  private final String nodeId;
  private final NodeTopology here;
  private final Claims claims;
  private final Pause pause;

  /**
   * Of one node.
   *
   * @param nodeId at most 256 bytes (CSI spec, Size Limits)
   */
  public NodeInfo(String nodeId, NodeTopology here, Claims claims) {
    this(nodeId, here, claims, Thread::sleep);
  }

  NodeInfo(String nodeId, NodeTopology here, Claims claims, Pause pause) {
    this.nodeId = nodeId;
    this.here = here;
    this.claims = claims;
    this.pause = pause;
  }

  /**
   * The answer. On a node without any disk max_volumes_per_node is 0, which CSI reads as "no limit
   * known"; such a node publishes no capacity, so nothing is placed there.
   */
  NodeGetInfoResponse response() throws InterruptedException {
    for (long waited = 0; !claims.ready(); waited += STEP_MILLIS) {
      if (waited >= LONGEST_WAIT_MILLIS) {
        throw Failure.unavailable(
            "the disks of this node are still being read, so how many volumes it holds is not"
                + " known; try again");
      }
      pause.pass(STEP_MILLIS);
    }
    return NodeGetInfoResponse.newBuilder()
        .setNodeId(nodeId)
        .setMaxVolumesPerNode(claims.maxVolumes())
        .setAccessibleTopology(here.toProto())
        .build();
  }
}
