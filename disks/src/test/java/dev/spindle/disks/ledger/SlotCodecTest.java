package dev.spindle.disks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.gpt.Area;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotCodecTest {
  private static final DiskRecord FORMATTED = Records.in(512, State.FORMATTED);

  @Property
  void everyRecordReadsBackAsItWasWritten(
      @ForAll("records") DiskRecord record,
      @ForAll @LongRange(min = 1, max = Long.MAX_VALUE) long sequence) {
    byte[] slot = SlotCodec.encode(sequence, record);
    assertThat(slot).hasSize(16 << 10);
    assertThat(SlotCodec.decode(slot)).isEqualTo(new Slot.Valid(sequence, record));
  }

  @Property(tries = 200)
  void aRecordHasOnlyOneForm(@ForAll("records") DiskRecord record) {
    byte[] slot = SlotCodec.encode(7, record);
    Slot.Valid read = (Slot.Valid) SlotCodec.decode(slot);
    assertThat(SlotCodec.encode(7, read.record())).isEqualTo(slot);
  }

  @Provide
  Arbitrary<DiskRecord> records() {
    return Records.any();
  }

  @Test
  void theHeaderIsAsDocumented() {
    byte[] slot = SlotCodec.encode(0x0102030405060708L, FORMATTED);
    int length = RecordCodec.encode(FORMATTED).length;
    assertThat(HexFormat.of().formatHex(slot, 0, 12)).isEqualTo("5350494e444c4500" + "01000000");
    assertThat(HexFormat.of().formatHex(slot, 16, 24)).isEqualTo("0807060504030201");
    assertThat(HexFormat.of().formatHex(slot, 24, 32))
        .isEqualTo(String.format("%02x%02x0000" + "00000000", length & 0xFF, length >> 8));
  }

  @Test
  void noSingleWrongByteGoesUnseen() {
    byte[] slot = SlotCodec.encode(42, FORMATTED);
    for (int at = 0; at < slot.length; at++) {
      byte[] rotten = slot.clone();
      rotten[at] ^= 0x20;
      assertThat(SlotCodec.decode(rotten)).as("byte %s", at).isInstanceOf(Slot.Damaged.class);
    }
  }

  @Test
  void aSlotTornBetweenSectorsIsTheOldOneTheNewOneOrDamaged() {
    byte[] before = SlotCodec.encode(8, large(3900));
    byte[] after = SlotCodec.encode(9, large(3000).in(State.FORMATTING));
    for (int cut = 0; cut <= before.length; cut += 512) {
      byte[] torn = after.clone();
      System.arraycopy(before, cut, torn, cut, torn.length - cut);
      assertThat(SlotCodec.decode(torn))
          .as("torn at %s", cut)
          .satisfiesAnyOf(
              slot -> assertThat(slot).isEqualTo(SlotCodec.decode(before)),
              slot -> assertThat(slot).isEqualTo(SlotCodec.decode(after)),
              slot -> assertThat(slot).isInstanceOf(Slot.Damaged.class));
    }
  }

  @Test
  void zeroesAreAnEmptySlot() {
    assertThat(SlotCodec.decode(new byte[16 << 10])).isEqualTo(new Slot.Empty());
  }

  @Test
  void anythingElseIsDamaged() {
    byte[] text = new byte[16 << 10];
    Arrays.fill(text, (byte) 'x');
    assertThat(SlotCodec.decode(text)).isEqualTo(new Slot.Damaged("no signature"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 1000, -1})
  void anotherVersionIsNewerWhateverItHolds(int version) {
    assertThat(SlotCodec.decode(SlotCodec.encode(version, 5, new byte[] {1, 2, 3})))
        .isInstanceOf(Slot.Newer.class);
  }

  @Test
  void anotherVersionWithAWrongCrcIsDamaged() {
    byte[] slot = SlotCodec.encode(1, FORMATTED);
    slot[SlotCodec.VERSION_OFFSET] = 2;
    assertThat(SlotCodec.decode(slot)).isEqualTo(new Slot.Damaged("CRC"));
  }

  @Test
  void aRecordWithTheLargestParametersKubernetesAllowsFits() {
    assertThat(SlotCodec.decode(SlotCodec.encode(1, large(4096)))).isInstanceOf(Slot.Valid.class);
  }

  @Test
  void aRecordThatDoesNotFitIsRefused() {
    DiskRecord tooLarge = large(SlotCodec.SLOT_BYTES);
    assertThatThrownBy(() -> SlotCodec.encode(1, tooLarge))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aSequenceThatIsNoneIsRefused(long sequence) {
    assertThatThrownBy(() -> SlotCodec.encode(sequence, FORMATTED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(SlotCodec.decode(SlotCodec.encode(1, sequence, RecordCodec.encode(FORMATTED))))
        .isInstanceOf(Slot.Newer.class);
  }

  @Test
  void aSlotIsAsLongAsSectorsOfBothSizesNeed() {
    assertThat(new Area(Slots.B_OFFSET, new byte[SlotCodec.SLOT_BYTES]))
        .satisfies(
            slot -> assertThat(slot.offset() % 4096).isZero(),
            slot -> assertThat(slot.bytes().length % 4096).isZero());
  }

  private static DiskRecord large(int parameterBytes) {
    Claim claim =
        new Claim(
            Records.CLAIM.volume(),
            "pvc-1",
            Records.NOON,
            1,
            AccessType.FILESYSTEM,
            "xfs",
            Map.of("diskSelector", "x".repeat(parameterBytes)),
            "",
            "",
            "");
    return Records.free(512).claimed(claim);
  }
}
