package dev.spindle.disks.ledger;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.record.v1.Growth;
import dev.spindle.record.v1.Scrub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk's record as a protobuf message. What is read must be exactly what this code would write
 * for the same record: an unknown field, an unknown number of an enum or a missing part is refused,
 * since rewriting such a record would lose or change what it says.
 */
final class RecordCodec {
  private RecordCodec() {}

  /**
   * The record's message, serialized; the same bytes for the same record.
   *
   * @throws IllegalArgumentException if it could not be read back
   */
  static byte[] encode(DiskRecord record) {
    dev.spindle.record.v1.DiskRecord message = message(record);
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException notEnoughSpace) {
      throw new UncheckedIOException(notEnoughSpace);
    }
    if (!decode(bytes).equals(record)) {
      throw new IllegalArgumentException("cannot be recorded: " + record);
    }
    return bytes;
  }

  /**
   * The record in a message.
   *
   * @throws IllegalArgumentException if it says what this code cannot say
   */
  static DiskRecord decode(byte[] bytes) {
    dev.spindle.record.v1.DiskRecord message;
    try {
      message = dev.spindle.record.v1.DiskRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException notAMessage) {
      throw new IllegalArgumentException("not a record", notAMessage);
    }
    DiskRecord record = record(message);
    if (!message(record).equals(message)) {
      throw new IllegalArgumentException("parts that this version does not know");
    }
    return record;
  }

  private static dev.spindle.record.v1.DiskRecord message(DiskRecord record) {
    Geometry geometry = record.geometry();
    dev.spindle.record.v1.DiskRecord.Builder message =
        dev.spindle.record.v1.DiskRecord.newBuilder()
            .setDriverName(record.owner().driverName())
            .setTopologyValue(record.owner().topologyValue())
            .setDiskGuid(record.diskGuid().toString())
            .setSectorSize(geometry.sectorSize())
            .setDiskBytes(geometry.diskBytes())
            .setRecordExtent(message(geometry.record()))
            .setVolumeExtent(message(geometry.volume()))
            .setState(message(record.state()));
    if (record.claim() != null) {
      message.setClaim(message(record.claim()));
    }
    if (record.scrub() != null) {
      message.setScrub(message(record.scrub()));
    }
    if (record.growth() != null) {
      message.setGrowth(message(record.growth()));
    }
    return message.build();
  }

  private static DiskRecord record(dev.spindle.record.v1.DiskRecord message) {
    Geometry geometry =
        geometry(message, message.getDiskBytes(), extent(message.getVolumeExtent()));
    require(!message.getDriverName().isEmpty(), "driver name");
    require(!message.getTopologyValue().isEmpty(), "topology value");
    return new DiskRecord(
        new Owner(message.getDriverName(), message.getTopologyValue()),
        UUID.fromString(message.getDiskGuid()),
        geometry,
        state(message.getState()),
        message.hasClaim() ? claim(message.getClaim()) : null,
        message.hasScrub() ? scrub(message.getScrub()) : null,
        message.hasGrowth() ? growth(message) : null);
  }

  private static Geometry growth(dev.spindle.record.v1.DiskRecord message) {
    Growth growth = message.getGrowth();
    return geometry(message, growth.getDiskBytes(), extent(growth.getVolumeExtent()));
  }

  /** The division follows from the sizes; Geometry.of refuses absurd ones. */
  private static Geometry geometry(
      dev.spindle.record.v1.DiskRecord message, long diskBytes, Extent volume) {
    int sectorSize = message.getSectorSize();
    Geometry geometry =
        new Geometry(sectorSize, diskBytes, extent(message.getRecordExtent()), volume);
    require(sectorSize == 512 || sectorSize == 4096, "sector size");
    require(geometry.equals(Geometry.of(sectorSize, diskBytes)), "division of the disk");
    return geometry;
  }

  private static Growth message(Geometry growth) {
    return Growth.newBuilder()
        .setDiskBytes(growth.diskBytes())
        .setVolumeExtent(message(growth.volume()))
        .build();
  }

  private static dev.spindle.record.v1.Claim message(Claim claim) {
    return dev.spindle.record.v1.Claim.newBuilder()
        .setVolumeUuid(claim.volume().toString())
        .setCsiName(claim.csiName())
        .setCreatedAt(message(claim.createdAt()))
        .setCapacityBytes(claim.capacityBytes())
        .setAccessType(message(claim.accessType()))
        .setFilesystem(claim.filesystem() == null ? "" : claim.filesystem())
        .putAllParameters(claim.parameters())
        .setPvcNamespace(claim.pvcNamespace())
        .setPvcName(claim.pvcName())
        .setPvName(claim.pvName())
        .build();
  }

  private static Claim claim(dev.spindle.record.v1.Claim message) {
    AccessType accessType = accessType(message.getAccessType());
    @Nullable String filesystem =
        message.getFilesystem().isEmpty() ? null : message.getFilesystem();
    require((accessType == AccessType.FILESYSTEM) == (filesystem != null), "filesystem");
    require(!message.getCsiName().isEmpty(), "CSI name");
    require(message.getCapacityBytes() >= 0, "capacity");
    require(message.hasCreatedAt(), "time of the claim");
    return new Claim(
        UUID.fromString(message.getVolumeUuid()),
        message.getCsiName(),
        instant(message.getCreatedAt()),
        message.getCapacityBytes(),
        accessType,
        filesystem,
        message.getParametersMap(),
        message.getPvcNamespace(),
        message.getPvcName(),
        message.getPvName());
  }

  private static Scrub message(ScrubProgress scrub) {
    return Scrub.newBuilder()
        .setMethod(message(scrub.method()))
        .setBytesDone(scrub.bytesDone())
        .setStartedAt(message(scrub.startedAt()))
        .setUpdatedAt(message(scrub.updatedAt()))
        .setLastError(scrub.lastError())
        .build();
  }

  private static ScrubProgress scrub(Scrub message) {
    require(message.getBytesDone() >= 0, "scrub progress");
    require(message.hasStartedAt() && message.hasUpdatedAt(), "times of the scrub");
    return new ScrubProgress(
        method(message.getMethod()),
        message.getBytesDone(),
        instant(message.getStartedAt()),
        instant(message.getUpdatedAt()),
        message.getLastError());
  }

  private static dev.spindle.record.v1.Extent message(Extent extent) {
    return dev.spindle.record.v1.Extent.newBuilder()
        .setStartBytes(extent.startBytes())
        .setLengthBytes(extent.lengthBytes())
        .build();
  }

  private static Extent extent(dev.spindle.record.v1.Extent message) {
    return new Extent(message.getStartBytes(), message.getLengthBytes());
  }

  private static Timestamp message(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static Instant instant(Timestamp message) {
    try {
      return Instant.ofEpochSecond(message.getSeconds(), message.getNanos());
    } catch (DateTimeException | ArithmeticException outOfRange) {
      throw new IllegalArgumentException("a time out of range", outOfRange);
    }
  }

  private static dev.spindle.record.v1.State message(State state) {
    return switch (state) {
      case FREE -> dev.spindle.record.v1.State.FREE;
      case CLAIMED -> dev.spindle.record.v1.State.CLAIMED;
      case FORMATTING -> dev.spindle.record.v1.State.FORMATTING;
      case FORMATTED -> dev.spindle.record.v1.State.FORMATTED;
      case SCRUBBING -> dev.spindle.record.v1.State.SCRUBBING;
    };
  }

  private static State state(dev.spindle.record.v1.State message) {
    return switch (message) {
      case FREE -> State.FREE;
      case CLAIMED -> State.CLAIMED;
      case FORMATTING -> State.FORMATTING;
      case FORMATTED -> State.FORMATTED;
      case SCRUBBING -> State.SCRUBBING;
      case STATE_UNKNOWN, UNRECOGNIZED -> throw new IllegalArgumentException("unknown state");
    };
  }

  private static dev.spindle.record.v1.AccessType message(AccessType accessType) {
    return switch (accessType) {
      case FILESYSTEM -> dev.spindle.record.v1.AccessType.FILESYSTEM;
      case BLOCK -> dev.spindle.record.v1.AccessType.BLOCK;
    };
  }

  private static AccessType accessType(dev.spindle.record.v1.AccessType message) {
    return switch (message) {
      case FILESYSTEM -> AccessType.FILESYSTEM;
      case BLOCK -> AccessType.BLOCK;
      case ACCESS_TYPE_UNKNOWN, UNRECOGNIZED ->
          throw new IllegalArgumentException("unknown access type");
    };
  }

  private static Scrub.Method message(ScrubMethod method) {
    return switch (method) {
      case ZERO -> Scrub.Method.ZERO;
      case DISCARD -> Scrub.Method.DISCARD;
    };
  }

  private static ScrubMethod method(Scrub.Method message) {
    return switch (message) {
      case ZERO -> ScrubMethod.ZERO;
      case DISCARD -> ScrubMethod.DISCARD;
      case METHOD_UNKNOWN, UNRECOGNIZED ->
          throw new IllegalArgumentException("unknown scrub method");
    };
  }

  private static void require(boolean known, String part) {
    if (!known) {
      throw new IllegalArgumentException("unknown " + part);
    }
  }
}
