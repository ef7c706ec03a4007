package dev.spindle.controller;

import com.google.protobuf.Int64Value;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeResponse;
import csi.v1.GetCapacityResponse;
import csi.v1.ListVolumesResponse;
import csi.v1.Volume;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.VolumeId;
import dev.spindle.disks.claim.Capacity;
import dev.spindle.disks.claim.Found;
import dev.spindle.disks.claim.Provisioned;
import dev.spindle.disks.claim.Released;
import dev.spindle.disks.claim.VolumeSpec;
import dev.spindle.rpc.Failure;
import dev.spindle.rpc.NodeTopology;
import dev.spindle.rpc.Utf8;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** Turns outcomes into responses, or into the codes that CSI and its callers have for them. */
final class VolumeReply {
  private final NodeTopology here;

  VolumeReply(NodeTopology here) {
    this.here = here;
  }

  /** The answer to CreateVolume. */
  CreateVolumeResponse created(Provisioned outcome, VolumeSpec wanted) {
    if (outcome instanceof Provisioned.Claimed claimed) {
      return created(claimed.record());
    }
    if (outcome instanceof Provisioned.Existing existing) {
      return created(existing.record());
    }
    if (outcome instanceof Provisioned.Conflict conflict) {
      throw Failure.alreadyExists(
          "a volume named " + wanted.csiName() + " exists and differs: " + conflict.difference());
    }
    if (outcome instanceof Provisioned.NoDiskFits none) {
      throw Failure.exhausted(Refusals.sentence(here.value(), wanted.range(), none.refusals()));
    }
    if (outcome instanceof Provisioned.Uncertain uncertain) {
      throw Failure.unavailable(uncertain.why());
    }
    throw new IllegalStateException("no such outcome: " + outcome);
  }

  /**
   * Why a volume that must be reachable from other places than this node is not made here. If the
   * name is taken the caller must learn that, and not look for room on another node.
   */
  StatusRuntimeException elsewhere(String name, List<DiskRecord> volumes) {
    boolean taken = volumes.stream().anyMatch(volume -> volume.volume().csiName().equals(name));
    return taken
        ? Failure.alreadyExists(
            "a volume named "
                + name
                + " exists on "
                + here
                + ", which is not where it is asked for")
        : Failure.exhausted(
            "none of the places asked for is this node, " + here + "; its disks serve no other");
  }

  /** The answer to DeleteVolume. */
  DeleteVolumeResponse deleted(Released outcome, String id) {
    if (outcome instanceof Released.Gone || outcome instanceof Released.Unknown) {
      return DeleteVolumeResponse.getDefaultInstance();
    }
    if (outcome instanceof Released.InUse used) {
      throw Failure.precondition("volume " + id + " is in use: " + used.by());
    }
    if (outcome instanceof Released.Elsewhere other) {
      // OK would make Kubernetes forget a volume whose disk is still full of data.
      throw Failure.precondition(
          "volume " + id + " is on node " + other.topologyValue() + "; this is " + here.value());
    }
    if (outcome instanceof Released.Uncertain uncertain) {
      throw Failure.unavailable(uncertain.why());
    }
    throw new IllegalStateException("no such outcome: " + outcome);
  }

  /** The volume that was found, for calls that need one. */
  DiskRecord found(Found outcome, VolumeId id) {
    if (outcome instanceof Found.Volume volume) {
      return volume.record();
    }
    if (outcome instanceof Found.Missing) {
      throw unknown(id.toString());
    }
    if (outcome instanceof Found.Elsewhere other) {
      throw Failure.notFound(
          "volume " + id + " is on node " + other.topologyValue() + "; this is " + here.value());
    }
    if (outcome instanceof Found.Uncertain uncertain) {
      throw Failure.unavailable(uncertain.why());
    }
    throw new IllegalStateException("no such outcome: " + outcome);
  }

  /** There is no volume of this id; it may be any text. */
  static StatusRuntimeException unknown(String id) {
    return Failure.notFound("there is no volume " + Utf8.cut(id, 300) + " on this node");
  }

  /**
   * A volume as CSI carries it. Its context stays empty: what identifies it is on its disk, and a
   * context must never change.
   */
  Volume volume(DiskRecord record) {
    Claim claim = record.volume();
    return Volume.newBuilder()
        .setVolumeId(new VolumeId(here.value(), claim.volume()).toString())
        .setCapacityBytes(claim.capacityBytes())
        .addAccessibleTopology(here.toProto())
        .build();
  }

  /** The answer to ListVolumes. */
  ListVolumesResponse listed(Page.Cut<DiskRecord> page) {
    ListVolumesResponse.Builder response =
        ListVolumesResponse.newBuilder().setNextToken(page.nextToken());
    page.entries().forEach(record -> response.addEntriesBuilder().setVolume(volume(record)));
    return response.build();
  }

  /**
   * The answer to GetCapacity. The scheduler compares a claim with the largest single volume, and
   * falls back to the sum where that is absent; so it is always there, and 0 counts.
   */
  static GetCapacityResponse room(Capacity capacity) {
    return GetCapacityResponse.newBuilder()
        .setAvailableCapacity(capacity.availableBytes())
        .setMaximumVolumeSize(Int64Value.of(capacity.largestBytes()))
        .build();
  }

  private CreateVolumeResponse created(DiskRecord record) {
    return CreateVolumeResponse.newBuilder().setVolume(volume(record)).build();
  }
}
