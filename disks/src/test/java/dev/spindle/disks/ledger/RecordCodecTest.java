package dev.spindle.disks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.record.v1.DiskRecord;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RecordCodecTest {
  private static final Map<String, Consumer<DiskRecord.Builder>> CHANGES =
      Map.ofEntries(
          Map.entry("an unknown state", record -> record.setStateValue(6)),
          Map.entry("no state", DiskRecord.Builder::clearState),
          Map.entry(
              "a volume's state and no claim",
              record -> record.clearClaim().clearScrub().setStateValue(4)),
          Map.entry("no scrub", DiskRecord.Builder::clearScrub),
          Map.entry("a volume's state and a scrub", record -> record.setStateValue(4)),
          Map.entry("no driver name", DiskRecord.Builder::clearDriverName),
          Map.entry("no topology value", DiskRecord.Builder::clearTopologyValue),
          Map.entry("no disk GUID", DiskRecord.Builder::clearDiskGuid),
          Map.entry("a disk GUID in capitals", RecordCodecTest::capitalGuid),
          Map.entry("no sector size", DiskRecord.Builder::clearSectorSize),
          Map.entry("another sector size", record -> record.setSectorSize(1024)),
          Map.entry("no disk size", DiskRecord.Builder::clearDiskBytes),
          Map.entry("a huge disk size", record -> record.setDiskBytes(-1)),
          Map.entry("no record extent", DiskRecord.Builder::clearRecordExtent),
          Map.entry("no volume extent", DiskRecord.Builder::clearVolumeExtent),
          Map.entry(
              "another volume extent",
              record -> record.getVolumeExtentBuilder().setStartBytes(1 << 20)),
          Map.entry("a claim without time", record -> record.getClaimBuilder().clearCreatedAt()),
          Map.entry("a claim without UUID", record -> record.getClaimBuilder().clearVolumeUuid()),
          Map.entry("a claim without name", record -> record.getClaimBuilder().clearCsiName()),
          Map.entry(
              "an unknown access type", record -> record.getClaimBuilder().setAccessTypeValue(3)),
          Map.entry("no access type", record -> record.getClaimBuilder().clearAccessType()),
          Map.entry("no filesystem", record -> record.getClaimBuilder().clearFilesystem()),
          Map.entry(
              "a block volume with a filesystem",
              record -> record.getClaimBuilder().setAccessTypeValue(2)),
          Map.entry("a huge capacity", record -> record.getClaimBuilder().setCapacityBytes(-1)),
          Map.entry(
              "an unknown scrub method", record -> record.getScrubBuilder().setMethodValue(3)),
          Map.entry("no scrub method", record -> record.getScrubBuilder().clearMethod()),
          Map.entry("no scrub start", record -> record.getScrubBuilder().clearStartedAt()),
          Map.entry("no scrub update", record -> record.getScrubBuilder().clearUpdatedAt()),
          Map.entry("a huge progress", record -> record.getScrubBuilder().setBytesDone(-1)),
          Map.entry("a time out of range", RecordCodecTest::absurdTime),
          Map.entry("too many nanoseconds", RecordCodecTest::manyNanoseconds),
          Map.entry("an unknown field", record -> record.setUnknownFields(unknownField())),
          Map.entry(
              "an unknown field of the claim",
              record -> record.getClaimBuilder().setUnknownFields(unknownField())));

  @TestFactory
  Stream<DynamicTest> aRecordIsRefusedThatHas() {
    return CHANGES.entrySet().stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.getKey(),
                    () -> {
                      byte[] changed = changed(change.getValue());
                      assertThatThrownBy(() -> RecordCodec.decode(changed))
                          .isInstanceOf(IllegalArgumentException.class);
                      assertThat(SlotCodec.decode(SlotCodec.encode(1, 3, changed)))
                          .isInstanceOf(Slot.Newer.class);
                    }));
  }

  @Test
  void bytesThatAreNoMessageAreRefused() {
    assertThat(SlotCodec.decode(SlotCodec.encode(1, 3, new byte[] {(byte) 0xFF, 1, 2})))
        .isInstanceOf(Slot.Newer.class);
  }

  @Test
  void anUnchangedRecordIsNotRefused() throws InvalidProtocolBufferException {
    assertThat(RecordCodec.decode(changed(record -> {})))
        .isEqualTo(Records.in(512, State.SCRUBBING));
  }

  @Test
  void whatCouldNotBeReadBackIsNeverWritten() {
    dev.spindle.disks.DiskRecord good = Records.free(512);
    for (Owner owner : List.of(new Owner("", "n"), new Owner("d", ""), new Owner("d", "\uD800"))) {
      dev.spindle.disks.DiskRecord bad =
          new dev.spindle.disks.DiskRecord(
              owner, UUID.randomUUID(), good.geometry(), State.FREE, null, null);
      assertThatThrownBy(() -> RecordCodec.encode(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] changed(Consumer<DiskRecord.Builder> change)
      throws InvalidProtocolBufferException {
    byte[] good = RecordCodec.encode(Records.in(512, State.SCRUBBING));
    DiskRecord.Builder message = DiskRecord.parseFrom(good).toBuilder();
    change.accept(message);
    return message.build().toByteArray();
  }

  private static void capitalGuid(DiskRecord.Builder record) {
    record.setDiskGuid("6F1C35B0-5f1e-4b43-a5bd-6d7a5f9f3c11");
  }

  private static void absurdTime(DiskRecord.Builder record) {
    record
        .getClaimBuilder()
        .setCreatedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build());
  }

  private static void manyNanoseconds(DiskRecord.Builder record) {
    record
        .getClaimBuilder()
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1).setNanos(1_000_000_000).build());
  }

  private static UnknownFieldSet unknownField() {
    return UnknownFieldSet.newBuilder()
        .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .build();
  }
}
