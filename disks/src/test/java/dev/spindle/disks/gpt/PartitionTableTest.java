package dev.spindle.disks.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.Extent;
import dev.spindle.disks.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTableTest {
  private static final UUID DISK = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");
  private static final PartitionTable SMALL = table(512);

  @Property
  void bothCopiesReadBackAsTheTableThatWasWritten(@ForAll("tables") PartitionTable table) {
    TableReading.Ours same = new TableReading.Ours(table);
    assertThat(TableDecoder.primary(table.primary(), table.geometry().sectorSize()))
        .isEqualTo(same);
    assertThat(TableDecoder.backup(table.backup(), table.geometry().sectorSize())).isEqualTo(same);
  }

  @Property
  void everyPartStandsAtItsPlaceAndOutsideThePartitions(@ForAll("tables") PartitionTable table) {
    long end = table.geometry().diskBytes();
    int sector = table.geometry().sectorSize();
    assertThat(table.primary().offset()).isZero();
    assertThat(table.primary().end()).isLessThanOrEqualTo(Geometry.MIB);
    assertThat(table.backup().end()).isEqualTo(end).isLessThanOrEqualTo(1L << 50);
    assertThat(table.backup().offset())
        .isGreaterThan(table.geometry().volume().endBytes())
        .isEqualTo(end - sector - Geometry.ENTRIES_BYTES);
  }

  @Property(tries = 300)
  void aDiskThatEndsWithinASectorIsRoundedDown(
      @ForAll("tables") PartitionTable table, @ForAll @IntRange(min = 1, max = 511) int more) {
    Geometry whole = table.geometry();
    Geometry odd =
        new Geometry(whole.sectorSize(), whole.diskBytes() + more, whole.record(), whole.volume());
    assertThat(new PartitionTable(table.diskGuid(), odd)).isEqualTo(table);
  }

  @Provide
  Arbitrary<PartitionTable> tables() {
    Arbitrary<UUID> guids = Arbitraries.create(UUID::randomUUID);
    Arbitrary<Integer> sectors = Arbitraries.of(512, 4096);
    Arbitrary<Long> sizes = Arbitraries.longs().between(Geometry.SMALLEST_DISK_BYTES, 1L << 50);
    return Combinators.combine(guids, sectors, sizes)
        .as(
            (guid, sector, size) ->
                new PartitionTable(guid, Geometry.of(sector, size / sector * sector)));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void noSingleWrongByteOfAPrimaryTableGoesUnseen(int sector) {
    Area start = table(sector).primary();
    for (int at = 0; at < start.bytes().length; at++) {
      byte[] rotten = start.bytes().clone();
      rotten[at] ^= 0x10;
      TableReading reading = TableDecoder.primary(new Area(0, rotten), sector);
      // The decoder vouches for what the CRCs cover; whoever knows the table compares the rest.
      boolean covered = (at >= sector && at < sector + 92) || at >= 2 * sector;
      assertThat(reading instanceof TableReading.Ours).as("byte %s", at).isEqualTo(!covered);
      assertThat(reading).isNotInstanceOf(TableReading.Foreign.class);
      assertThat(Arrays.equals(rotten, table(sector).primary().bytes())).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void noSingleWrongByteOfABackupTableGoesUnseen(int sector) {
    Area end = table(sector).backup();
    for (int at = 0; at < Geometry.ENTRIES_BYTES + 92; at++) {
      byte[] rotten = end.bytes().clone();
      rotten[at] ^= 0x01;
      assertThat(TableDecoder.backup(new Area(end.offset(), rotten), sector))
          .as("byte %s", at)
          .isNotInstanceOf(TableReading.Ours.class)
          .isNotInstanceOf(TableReading.Foreign.class);
    }
  }

  @Test
  void zeroesAreNoTable() {
    assertThat(TableDecoder.primary(new Area(0, new byte[1 << 20]), 512))
        .isEqualTo(new TableReading.None());
  }

  @Test
  void aTableOfOtherTypesIsForeign() {
    byte[] bytes = SMALL.primary().bytes();
    bytes[1024] ^= 1;
    bytes[1024 + 128] ^= 1;
    assertThat(TableDecoder.primary(new Area(0, signed(bytes)), 512))
        .isEqualTo(new TableReading.Foreign());
  }

  @Test
  void anEmptyTableIsForeign() {
    byte[] bytes = SMALL.primary().bytes();
    Arrays.fill(bytes, 1024, 1024 + 256, (byte) 0);
    assertThat(TableDecoder.primary(new Area(0, signed(bytes)), 512))
        .isEqualTo(new TableReading.Foreign());
  }

  @Test
  void aTableWithOneOfOurTwoPartitionsIsDamagedAndNamesUs() {
    byte[] bytes = SMALL.primary().bytes();
    Arrays.fill(bytes, 1024, 1024 + 128, (byte) 0);
    assertThat(TableDecoder.primary(new Area(0, signed(bytes)), 512))
        .isInstanceOfSatisfying(
            TableReading.Damaged.class, damaged -> assertThat(damaged.namesUs()).isTrue());
  }

  @Test
  void aHeaderOfAnotherRevisionIsDamaged() {
    byte[] bytes = SMALL.primary().bytes();
    bytes[512 + 8] = 1;
    assertDamaged(bytes, "revision");
  }

  @Test
  void aHeaderElsewhereThanItSaysIsDamaged() {
    byte[] bytes = SMALL.primary().bytes();
    bytes[512 + 24] = 2;
    assertDamaged(bytes, "place");
  }

  @Test
  void absurdNumbersAreDamageAndNeverAnError() {
    for (int field : new int[] {12, 24, 32, 72, 80, 84}) {
      for (long value : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 55, 0}) {
        byte[] bytes = SMALL.primary().bytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(512 + field, value);
        assertThat(TableDecoder.primary(new Area(0, headerSigned(bytes)), 512))
            .as("field %s, value %s", field, value)
            .isNotEqualTo(new TableReading.Ours(SMALL));
      }
    }
  }

  @Test
  void aPartitionThatEndsBeforeItStartsIsDamage() {
    byte[] bytes = SMALL.primary().bytes();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(1024 + 40, 7);
    assertDamaged(bytes, "ends before");
  }

  @Test
  void partitionsThatAreNotInWholeSectorsAreRefused() {
    Geometry good = Geometry.of(4096, 8 << 20);
    Geometry odd = new Geometry(4096, 8 << 20, new Extent(512, 4096), good.volume());
    assertThatThrownBy(() -> new PartitionTable(DISK, odd))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertDamaged(byte[] start, String why) {
    assertThat(TableDecoder.primary(new Area(0, signed(start)), 512))
        .isInstanceOfSatisfying(
            TableReading.Damaged.class, damaged -> assertThat(damaged.why()).contains(why));
  }

  /** The table with CRCs that fit, as any partition editor leaves it; 512-byte sectors. */
  private static byte[] signed(byte[] start) {
    ByteBuffer table = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    byte[] entries = Arrays.copyOfRange(start, 1024, 1024 + Geometry.ENTRIES_BYTES);
    table.putInt(512 + 88, (int) TableHeader.crc(entries, entries.length));
    return headerSigned(start);
  }

  private static byte[] headerSigned(byte[] start) {
    ByteBuffer table = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).putInt(512 + 16, 0);
    byte[] header = Arrays.copyOfRange(start, 512, 1024);
    table.putInt(512 + 16, (int) TableHeader.crc(header, 92));
    return start;
  }

  private static PartitionTable table(int sector) {
    return new PartitionTable(DISK, Geometry.of(sector, 8 * Geometry.MIB));
  }
}
