package dev.spindle.disks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.ledger.Reading.Frozen;
import dev.spindle.disks.ledger.Reading.Frozen.Cause;
import dev.spindle.linux.Zeroes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk of 6 MiB that has come to have 9. */
class LedgerGrowthTest {
  private static final int MIB = (int) Geometry.MIB;
  private static final long LARGE = 9 * MIB;

  private static DiskRecord intent(int sector) {
    return Records.in(sector, State.FORMATTED).growing(Geometry.of(sector, LARGE));
  }

  /** With the intent in both slots, sequence 3. */
  private static LoggedDisk growing(int sector) throws IOException {
    LoggedDisk disk = new LoggedDisk(sector, new byte[(int) Records.DISK_BYTES]);
    Ledger.join(disk, Records.free(sector));
    LoggedDisk larger = disk.resized(LARGE);
    Ledger.write(larger, MIB, intent(sector), 3);
    return larger.resized(LARGE);
  }

  private static Reading read(LoggedDisk disk) {
    try {
      return Ledger.read(disk);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void grow(LoggedDisk disk) throws IOException {
    Ledger.grow(disk, disk, MIB, (Reading.Joined) read(disk));
  }

  @Test
  void growingWritesBackupThenZeroesThenPrimaryThenTheRecord() throws IOException {
    LoggedDisk disk = growing(512);
    grow(disk);
    assertThat(
            disk.actions().stream()
                .map(
                    action ->
                        action.isFlush() ? "flush" : action.offset() + "+" + action.data().length))
        .containsExactly(
            "9420288+16384",
            "9436672+512",
            "flush",
            "6274560+16896",
            "flush",
            "1024+16384",
            "0+512",
            "512+512",
            "flush",
            "1048576+16384",
            "flush",
            "1572864+16384",
            "flush");
  }

  @Test
  void anIntentThatIsInOneSlotGoesToTheOtherFirst() throws IOException {
    LoggedDisk disk = growing(512);
    disk.bytes()[MIB + (512 << 10)] ^= 1;
    grow(disk);
    assertThat(disk.actions().get(0).offset()).isEqualTo(MIB + (512 << 10));
    assertThat(disk.actions().get(2).offset()).isEqualTo(MIB);
    assertThat(((Reading.Joined) read(disk)).sequence()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aGrownDiskIsAsIfItHadJoinedWithItsSize(int sector) throws IOException {
    LoggedDisk disk = growing(sector);
    grow(disk);
    Reading.Joined reading = (Reading.Joined) read(disk);
    assertThat(reading.record()).isEqualTo(intent(sector).grown());
    assertThat(reading.record().geometry()).isEqualTo(Geometry.of(sector, LARGE));
    assertThat(reading.record().volume().capacityBytes()).isEqualTo(5 * MIB);
    assertThat(reading.settled()).isTrue();
    assertThat(reading.backupIntact()).isTrue();
    byte[] rest = disk.bytes().clone();
    for (Image.Part part : reading.image().parts()) {
      int end = (int) part.offset() + part.bytes().length;
      Arrays.fill(rest, (int) part.offset(), end, (byte) 0);
    }
    assertThat(Zeroes.only(rest, 0, rest.length)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aGrowthCutShortIsUnderWayOrDone(int sector) throws IOException {
    LoggedDisk before = growing(sector);
    LoggedDisk after = before.resized(LARGE);
    grow(after);
    Set<DiskRecord> seen = new HashSet<>();
    Crashes.each(
        before.bytes(),
        after,
        cut -> {
          seen.add(((Reading.Joined) read(cut)).record());
          try {
            assertThat(Ledger.restoration(cut)).isNotInstanceOf(Restoration.Impossible.class);
            LoggedDisk again = cut.resized(LARGE);
            if (((Reading.Joined) read(again)).record().growth() != null) {
              grow(again);
              assertThat(Arrays.equals(again.bytes(), 0, MIB, after.bytes(), 0, MIB)).isTrue();
              assertThat(((Reading.Joined) read(again)).settled()).isTrue();
            }
          } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
          }
        });
    assertThat(seen).containsExactlyInAnyOrder(intent(sector), intent(sector).grown());
  }

  /** By a kernel that has read the new table, after the driver was killed. */
  @Test
  void whatAPodHasWrittenWhereTheOldBackupWasStays() throws IOException {
    LoggedDisk disk = growing(512);
    PartitionTable table = new PartitionTable(intent(512).diskGuid(), Geometry.of(512, LARGE));
    Area begun = table.primaryEntries();
    disk.write(begun.offset(), begun.bytes());
    int old = 6274560;
    byte[] written = new byte[16896];
    Arrays.fill(written, (byte) 0x5a);
    disk.write(old, written);
    grow(disk);
    assertThat(Arrays.copyOfRange(disk.bytes(), old, old + written.length)).isEqualTo(written);
    assertThat(((Reading.Joined) read(disk)).settled()).isTrue();
  }

  @Test
  void aDiskSmallerThanItsGrowthSaysIsFrozen() throws IOException {
    LoggedDisk disk = growing(512).resized(LARGE - MIB);
    assertThat(read(disk)).isInstanceOf(Frozen.class);
    assertThat(((Frozen) read(disk)).cause()).isEqualTo(Cause.GEOMETRY_CHANGED);
    assertThat(((Restoration.Impossible) Ledger.restoration(disk)).cause())
        .isEqualTo(Restoration.Impossible.Cause.OTHER_GEOMETRY);
  }

  @Test
  void bytesOfNeitherTableFreezeAndRepairWritesTheNewOne() throws IOException {
    LoggedDisk disk = growing(512);
    disk.bytes()[512 + 20] ^= 0x55;
    assertThat(((Frozen) read(disk)).cause()).isEqualTo(Cause.PRIMARY_TABLE_BAD);
    Ledger.restore(disk, (Restoration.Possible) Ledger.restoration(disk));
    assertThat(((Reading.Joined) read(disk)).record()).isEqualTo(intent(512));
    grow(disk);
    assertThat(((Reading.Joined) read(disk)).record()).isEqualTo(intent(512).grown());
  }

  @Test
  void strayBytesFreezeAGrowingDiskToo() throws IOException {
    LoggedDisk disk = growing(512);
    disk.bytes()[MIB / 2] = 1;
    assertThat(((Frozen) read(disk)).cause()).isEqualTo(Cause.FOREIGN_DATA);
  }

  @Test
  void aGrowthUnderWayIsWhole() throws IOException {
    assertThat(Ledger.restoration(growing(512))).isEqualTo(new Restoration.Whole(intent(512)));
  }

  @Test
  void onlyARecordWithAGrowthIsOfVersionTwo() {
    byte[] with = SlotCodec.encode(7, intent(512));
    byte[] without = SlotCodec.encode(7, intent(512).grown());
    assertThat(with[SlotCodec.VERSION_OFFSET]).isEqualTo((byte) 2);
    assertThat(without[SlotCodec.VERSION_OFFSET]).isEqualTo((byte) 1);
    assertThat(SlotCodec.decode(with)).isEqualTo(new Slot.Valid(7, intent(512)));
    for (DiskRecord record : List.of(intent(512), intent(512).grown())) {
      int other = record.growth() == null ? 2 : 1;
      assertThat(SlotCodec.decode(SlotCodec.encode(other, 7, RecordCodec.encode(record))))
          .isInstanceOf(Slot.Newer.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FREE", "SCRUBBING"})
  void aDiskWithoutAVolumeDoesNotGrow(State state) {
    DiskRecord record = Records.in(512, state);
    assertThatThrownBy(() -> record.growing(Geometry.of(512, LARGE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingElseHappensToADiskThatIsGrowing() {
    assertThatThrownBy(() -> intent(512).in(State.FORMATTING))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> intent(512).growing(Geometry.of(512, 2 * LARGE)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> intent(512).scrubbing(ScrubProgress.starting(ScrubMethod.ZERO)))
        .isInstanceOf(IllegalStateException.class);
  }
}
