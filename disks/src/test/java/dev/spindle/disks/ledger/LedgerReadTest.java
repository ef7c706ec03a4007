package dev.spindle.disks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.disks.ledger.Reading.Frozen.Cause;
import dev.spindle.linux.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerReadTest {
  private static final int MIB = (int) Geometry.MIB;
  private static final int SLOT_A = MIB;
  private static final int SLOT_B = MIB + (512 << 10);

  @Test
  void aBlankDiskIsNotOurs() throws IOException {
    assertThat(Ledger.read(new LoggedDisk(512, new byte[6 * MIB])))
        .isEqualTo(new Reading.NotOurs());
  }

  @Test
  void aDiskTooSmallToHaveATableIsNotOurs() throws IOException {
    assertThat(Ledger.read(new LoggedDisk(512, new byte[4096]))).isEqualTo(new Reading.NotOurs());
    assertThat(Ledger.read(new LoggedDisk(512, new byte[0]))).isEqualTo(new Reading.NotOurs());
  }

  @Test
  void readingWritesNothing() throws IOException {
    LoggedDisk disk = joined(512, State.FORMATTED);
    Ledger.read(disk);
    assertThat(disk.actions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 512, 1024, SLOT_A, SLOT_B, 2 * MIB - 512, 6 * MIB - 512, 6 * MIB - 16896})
  void aSectorThatCannotBeReadIsAnErrorAndNeverAnAnswer(int bad) {
    LoggedDisk disk = joined(512, State.FORMATTED).failingAt(bad);
    assertThatThrownBy(() -> Ledger.read(disk))
        .isInstanceOf(IOException.class)
        .hasMessage("bad sector at " + bad);
  }

  @ParameterizedTest
  @ValueSource(ints = {SLOT_A, SLOT_B})
  void oneRottenSlotDoesNotTakeAFormattedVolumeBack(int slot) throws IOException {
    LoggedDisk disk = joined(512, State.FORMATTED);
    disk.bytes()[slot + 50] ^= 1;
    Reading.Joined reading = (Reading.Joined) Ledger.read(disk);
    assertThat(reading.record().state()).isEqualTo(State.FORMATTED);
    assertThat(reading.slotsAgree()).isFalse();
  }

  @Property(tries = 400)
  void aForeignByteBeforeTheVolumeFreezesTheDisk(
      @ForAll @IntRange(max = 2 * MIB - 1) int at, @ForAll @IntRange(min = 1, max = 255) int flip)
      throws IOException {
    assertForeignByteFreezes(at, flip);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        446,
        511,
        512 + 92,
        1023,
        17408,
        MIB - 1,
        SLOT_A + 16384,
        SLOT_B - 1,
        SLOT_B + 16384,
        2 * MIB - 1
      })
  void aForeignByteAtTheEdgeOfWhatIsOursFreezesTheDisk(int at) throws IOException {
    assertForeignByteFreezes(at, 0x55);
  }

  private static void assertForeignByteFreezes(int at, int flip) throws IOException {
    LoggedDisk disk = joined(512, State.FORMATTED);
    disk.bytes()[at] ^= (byte) flip;
    boolean table = (at >= 512 && at < 512 + 92) || (at >= 1024 && at < 1024 + 16384);
    boolean slot = (at >= SLOT_A && at < SLOT_A + 16384) || (at >= SLOT_B && at < SLOT_B + 16384);
    Reading reading = Ledger.read(disk);
    if (slot) {
      assertThat(reading).isInstanceOf(Reading.Joined.class);
    } else if (table) {
      assertFrozen(reading, Cause.PRIMARY_TABLE_BAD);
    } else {
      assertThat(reading)
          .isEqualTo(
              new Reading.Frozen(
                  Cause.FOREIGN_DATA, "byte " + at + " of the disk is not as written"));
    }
  }

  @Test
  void aThirdPartitionFreezesTheDisk() throws IOException {
    LoggedDisk disk = joined(512, State.FREE);
    System.arraycopy(disk.bytes(), 1024, disk.bytes(), 1024 + 256, 128);
    disk.bytes()[1024 + 256] ^= 1;
    Foreign.sign(disk.bytes(), 512, 1024);
    assertFrozen(Ledger.read(disk), Cause.FOREIGN_DATA);
  }

  @Test
  void aPartitionThatWasResizedFreezesTheDisk() throws IOException {
    LoggedDisk disk = joined(512, State.FORMATTED);
    ByteBuffer.wrap(disk.bytes()).order(ByteOrder.LITTLE_ENDIAN).putLong(1024 + 128 + 40, 4103);
    Foreign.sign(disk.bytes(), 512, 1024);
    assertFrozen(Ledger.read(disk), Cause.GEOMETRY_CHANGED);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void aPartitionOfOursThatWasDeletedFreezesTheDisk(State state) throws IOException {
    LoggedDisk disk = joined(512, state);
    Arrays.fill(disk.bytes(), 1024, 1024 + 128, (byte) 0);
    Foreign.sign(disk.bytes(), 512, 1024);
    assertFrozen(Ledger.read(disk), Cause.PRIMARY_TABLE_BAD);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void anotherSectorSizeThanAtJoiningFreezesTheDisk(int sector) throws IOException {
    LoggedDisk disk = joined(sector, State.FORMATTED).withSectorsOf(sector == 512 ? 4096 : 512);
    assertFrozen(Ledger.read(disk), Cause.GEOMETRY_CHANGED);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aDiskThatShrankIsFrozen(int sector) throws IOException {
    LoggedDisk disk = joined(sector, State.FORMATTED).resized(6L * MIB - 4096);
    assertFrozen(Ledger.read(disk), Cause.GEOMETRY_CHANGED);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aDiskThatGrewIsJoinedWithItsBackupWhereItWas(int sector) throws IOException {
    LoggedDisk disk = joined(sector, State.FORMATTED).resized(9L * MIB);
    assertThat(((Reading.Joined) Ledger.read(disk)).backupIntact()).isTrue();
    disk.bytes()[6 * MIB - sector] ^= 1;
    assertThat(((Reading.Joined) Ledger.read(disk)).backupIntact()).isFalse();
  }

  @Test
  void aGrownDiskWhosePrimaryTableIsBadIsFrozenByItsBackup() throws IOException {
    LoggedDisk disk = joined(512, State.FREE).resized(9L * MIB);
    Arrays.fill(disk.bytes(), 512, 1024, (byte) 0);
    assertFrozen(Ledger.read(disk), Cause.PRIMARY_TABLE_BAD);
  }

  @Test
  void aDiskThatEndsWithinASectorIsReadAllTheSame() throws IOException {
    long odd = 6L * MIB + 512;
    DiskRecord record =
        new DiskRecord(
            new Owner("d", "n"), Records.DISK, Geometry.of(4096, odd), State.FREE, null, null);
    LoggedDisk disk = new LoggedDisk(4096, new byte[(int) odd]);
    Ledger.join(disk, record);
    assertThat(((Reading.Joined) Ledger.read(disk)).backupIntact()).isTrue();
  }

  @Test
  void theRecordOfAnotherDiskIsNoRecordOfThisOne() throws IOException {
    LoggedDisk disk = joined(512, State.FREE);
    DiskRecord free = Records.free(512);
    DiskRecord other =
        new DiskRecord(free.owner(), new UUID(1, 2), free.geometry(), State.FREE, null, null);
    Ledger.write(disk, MIB, other, 9);
    assertFrozen(Ledger.read(disk), Cause.NO_VALID_RECORD);
  }

  @Test
  void aDiskWhoseFirstTwoMebibytesWereZeroedIsFrozenByItsBackup() throws IOException {
    LoggedDisk disk = joined(512, State.FORMATTED);
    Arrays.fill(disk.bytes(), 0, 2 * MIB, (byte) 0);
    assertFrozen(Ledger.read(disk), Cause.PRIMARY_TABLE_BAD);
  }

  @Test
  void aFreeRecordUnderSomebodysDataIsNotOurs() throws IOException {
    LoggedDisk disk = new LoggedDisk(512, new byte[6 * MIB]);
    Ledger.write(disk, MIB, Records.free(512), 1);
    disk.bytes()[1080] = 0x53;
    assertThat(Ledger.read(disk)).isEqualTo(new Reading.NotOurs());
  }

  @Test
  void aFreeRecordForADiskOfAnotherSizeIsNotOurs() throws IOException {
    LoggedDisk disk = new LoggedDisk(512, new byte[7 * MIB]);
    Ledger.write(disk, MIB, Records.free(512), 1);
    assertThat(Ledger.read(disk)).isEqualTo(new Reading.NotOurs());
  }

  @Test
  void aTornSlotUnderNoTableIsNotExplained() throws IOException {
    LoggedDisk disk = new LoggedDisk(512, new byte[6 * MIB]);
    Ledger.write(disk, MIB, Records.free(512), 1);
    disk.bytes()[SLOT_B + 60] ^= 1;
    assertThat(explained(disk)).containsExactly((long) SLOT_A);
  }

  @Test
  void aRecordAloneIsExplainedWithItsBackupTable() throws IOException {
    LoggedDisk disk = joined(512, State.FREE);
    Arrays.fill(disk.bytes(), 0, MIB, (byte) 0);
    PartitionTable table = new PartitionTable(Records.DISK, Records.free(512).geometry());
    assertThat(explained(disk))
        .containsExactly((long) SLOT_A, (long) SLOT_B, table.backup().offset());
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aTableBeforeItsHeaderIsExplained(int sector) throws IOException {
    LoggedDisk disk = joined(sector, State.FREE);
    Arrays.fill(disk.bytes(), sector, 2 * sector, (byte) 0);
    PartitionTable table = new PartitionTable(Records.DISK, Records.free(sector).geometry());
    assertThat(explained(disk))
        .containsExactly(0L, (long) SLOT_A, (long) SLOT_B, table.backup().offset());
  }

  /** Sectors of one flush may come to the disk in any order, or not at all. */
  @Property(tries = 200)
  void anySectorsOfATableBeforeItsHeaderAreAnInterruptedJoining(
      @ForAll @Size(67) List<Boolean> written) throws IOException {
    LoggedDisk disk = joined(512, State.FREE);
    Arrays.fill(disk.bytes(), 512, 1024, (byte) 0);
    for (int sector = 0; sector < written.size(); sector++) {
      if (!written.get(sector)) {
        int at = sector < 34 ? sector * 512 : 6 * MIB - (67 - sector) * 512;
        Arrays.fill(disk.bytes(), at, at + 512, (byte) 0);
      }
    }
    assertThat(Ledger.read(disk)).isInstanceOf(Reading.RecordOnly.class);
  }

  @Property(tries = 400)
  void aForeignByteBesideAnInterruptedJoiningIsNotExplained(
      @ForAll @IntRange(max = MIB - 1) int at, @ForAll @IntRange(min = 1, max = 255) int flip)
      throws IOException {
    LoggedDisk disk = joined(512, State.FREE);
    Arrays.fill(disk.bytes(), 512, 1024, (byte) 0);
    disk.bytes()[at] ^= (byte) flip;
    assertThat(Ledger.read(disk)).isNotInstanceOf(Reading.RecordOnly.class);
  }

  @ParameterizedTest
  @EnumSource(value = State.class, mode = EnumSource.Mode.EXCLUDE, names = "FREE")
  void aTableWithoutItsHeaderIsFrozenWhereTheRecordIsNotFree(State state) throws IOException {
    LoggedDisk disk = joined(512, state);
    Arrays.fill(disk.bytes(), 512, 1024, (byte) 0);
    assertFrozen(Ledger.read(disk), Cause.PRIMARY_TABLE_BAD);
  }

  /** Where the parts are that have any bytes but zeroes. */
  private static List<Long> explained(LoggedDisk disk) throws IOException {
    return ((Reading.RecordOnly) Ledger.read(disk))
        .image().parts().stream()
            .filter(part -> !Zeroes.only(part.bytes(), 0, part.bytes().length))
            .map(Image.Part::offset)
            .toList();
  }

  private static LoggedDisk joined(int sector, State state) {
    return LedgerTableTest.disk(sector, state);
  }

  private static void assertFrozen(Reading reading, Cause cause) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Frozen.class, frozen -> assertThat(frozen.cause()).isEqualTo(cause));
  }
}
