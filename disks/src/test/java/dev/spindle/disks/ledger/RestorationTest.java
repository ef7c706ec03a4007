package dev.spindle.disks.ledger;

import static dev.spindle.disks.Geometry.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.gpt.PartitionTable;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written again on a damaged disk, and from where. */
class RestorationTest {
  private static final int SLOT_A = (int) MIB;
  private static final int SLOT_B = (int) MIB + (512 << 10);
  private static final int END = (int) Records.DISK_BYTES;

  private static LoggedDisk joined(int sector, State state) {
    LoggedDisk disk = new LoggedDisk(sector, new byte[END]);
    try {
      Ledger.join(disk, Records.free(sector));
      Ledger.write(disk, MIB, Records.in(sector, state), 2);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return disk.resized(END);
  }

  private static LoggedDisk damaged(int sector, State state, Consumer<byte[]> damage) {
    LoggedDisk disk = joined(sector, state);
    damage.accept(disk.bytes());
    return disk;
  }

  private static Restoration.Possible possible(LoggedDisk disk) throws IOException {
    return (Restoration.Possible) Ledger.restoration(disk);
  }

  private static void assertImpossible(LoggedDisk disk, Restoration.Impossible.Cause cause)
      throws IOException {
    assertThat(Ledger.restoration(disk))
        .isInstanceOfSatisfying(
            Restoration.Impossible.class,
            impossible -> assertThat(impossible.cause()).isEqualTo(cause));
  }

  private static void assertWhole(LoggedDisk disk) {
    byte[] before = joined(512, State.FORMATTED).bytes();
    assertThat(Arrays.mismatch(disk.bytes(), before)).isEqualTo(-1);
  }

  private static void erase(byte[] bytes, int from, int to) {
    Arrays.fill(bytes, from, to, (byte) 0);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void anIntactDiskIsWhole(State state) throws IOException {
    assertThat(Ledger.restoration(joined(512, state)))
        .isEqualTo(new Restoration.Whole(Records.in(512, state)));
  }

  @Test
  void aLargerDiskThanTheOneThatJoinedIsWhole() throws IOException {
    LoggedDisk grown = joined(512, State.FORMATTED).resized(END + MIB);
    assertThat(Ledger.restoration(grown)).isInstanceOf(Restoration.Whole.class);
    erase(grown.bytes(), 0, SLOT_A);
    Ledger.restore(grown, possible(grown));
    assertThat(Ledger.read(grown)).isInstanceOf(Reading.Joined.class);
  }

  @Test
  void thePrimaryHeaderComesFromTheBackupAndIsTheOnlyThingWritten() throws IOException {
    LoggedDisk disk = damaged(512, State.FORMATTED, bytes -> bytes[512 + 30] ^= 1);
    Restoration.Possible restoration = possible(disk);
    assertThat(restoration.tableValid()).isFalse();
    assertThat(restoration.pieces())
        .singleElement()
        .satisfies(
            piece -> {
              assertThat(piece.what()).isEqualTo("primary GPT header");
              assertThat(piece.source()).isEqualTo("the backup table");
              assertThat(piece.erased()).isFalse();
            });
    Ledger.restore(disk, restoration);
    assertThat(disk.actions().stream().map(LoggedDisk.Action::offset).toList())
        .containsExactly(512L, -1L);
    assertWhole(disk);
  }

  @Test
  void aSlotComesFromTheOther() throws IOException {
    for (int slot : new int[] {SLOT_A, SLOT_B}) {
      LoggedDisk disk = damaged(512, State.FORMATTED, bytes -> bytes[slot + 40] ^= 1);
      assertThat(possible(disk).pieces())
          .singleElement()
          .matches(piece -> piece.source().equals(slot == SLOT_A ? "slot B" : "slot A"))
          .matches(piece -> piece.area().offset() == slot);
      Ledger.restore(disk, possible(disk));
      assertWhole(disk);
    }
  }

  @Test
  void anOlderSlotTakesTheNewerOnesPlace() throws IOException {
    for (int newer : new int[] {SLOT_A, SLOT_B}) {
      LoggedDisk disk = joined(512, State.FORMATTED);
      byte[] slot = SlotCodec.encode(3, Records.in(512, State.FORMATTED));
      System.arraycopy(slot, 0, disk.bytes(), newer, slot.length);
      Ledger.restore(disk, possible(disk));
      assertThat(((Reading.Joined) Ledger.read(disk)).sequence()).isEqualTo(3);
    }
  }

  @Test
  void withoutAnyTableAllOfItComesFromTheRecord() throws IOException {
    LoggedDisk disk =
        damaged(
            512,
            State.FORMATTED,
            bytes -> {
              erase(bytes, 0, SLOT_A);
              erase(bytes, END - 17408, END);
              bytes[SLOT_B] ^= 1;
            });
    Restoration.Possible restoration = possible(disk);
    assertThat(restoration.pieces().stream().map(Restoration.Piece::what).toList())
        .containsExactly(
            "slot B of the record",
            "backup GPT entries",
            "backup GPT header",
            "protective MBR",
            "primary GPT entries",
            "primary GPT header");
    Ledger.restore(disk, restoration);
    assertWhole(disk);
  }

  @Test
  void strayBytesAroundAValidTableAreZeroedAndCountAsSomebodys() throws IOException {
    LoggedDisk disk =
        damaged(
            512,
            State.FORMATTED,
            bytes -> {
              bytes[70_000] = 1;
              bytes[SLOT_B - 1] = 1;
              bytes[SLOT_B + (16 << 10)] = 1;
            });
    Restoration.Possible restoration = possible(disk);
    assertThat(restoration.tableValid()).isTrue();
    assertThat(restoration.pieces()).hasSize(3).noneMatch(Restoration.Piece::erased);
    Ledger.restore(disk, restoration);
    assertWhole(disk);
  }

  @Test
  void withoutAValidSlotNothingIsRestored() throws IOException {
    LoggedDisk rotten =
        damaged(
            512,
            State.FORMATTED,
            bytes -> {
              bytes[SLOT_A + 40] ^= 1;
              bytes[SLOT_B + 40] ^= 1;
            });
    assertImpossible(rotten, Restoration.Impossible.Cause.NO_RECORD);
    LoggedDisk contradicting = joined(512, State.FREE);
    byte[] other = SlotCodec.encode(2, Records.in(512, State.FORMATTED));
    System.arraycopy(other, 0, contradicting.bytes(), SLOT_B, other.length);
    assertImpossible(contradicting, Restoration.Impossible.Cause.NO_RECORD);
    assertImpossible(new LoggedDisk(512, new byte[END]), Restoration.Impossible.Cause.NO_RECORD);
    assertImpossible(new LoggedDisk(512, new byte[4096]), Restoration.Impossible.Cause.NO_RECORD);
  }

  @Test
  void aNewerSlotIsLeftAloneWhateverTheOtherSays() throws IOException {
    LoggedDisk disk = damaged(512, State.FORMATTED, bytes -> erase(bytes, 0, SLOT_A));
    byte[] newer = SlotCodec.encode(2, 3, new byte[] {1, 2, 3});
    System.arraycopy(newer, 0, disk.bytes(), SLOT_B, newer.length);
    assertImpossible(disk, Restoration.Impossible.Cause.NEWER);
  }

  @Test
  void anotherGeometryIsNotRepaired() throws IOException {
    LoggedDisk disk = joined(512, State.FORMATTED);
    assertImpossible(disk.withSectorsOf(4096), Restoration.Impossible.Cause.OTHER_GEOMETRY);
    assertImpossible(disk.resized(END - MIB), Restoration.Impossible.Cause.OTHER_GEOMETRY);
    Geometry geometry = Records.free(512).geometry();
    PartitionTable other = new PartitionTable(UUID.randomUUID(), geometry);
    for (var copy : new dev.spindle.disks.gpt.Area[] {other.primary(), other.backup()}) {
      LoggedDisk mixed = joined(512, State.FORMATTED);
      System.arraycopy(copy.bytes(), 0, mixed.bytes(), (int) copy.offset(), copy.bytes().length);
      assertImpossible(mixed, Restoration.Impossible.Cause.OTHER_GEOMETRY);
    }
  }

  @Test
  void aTableOfSomebodyElseIsNotOverwritten() throws IOException {
    for (int copy = 0; copy < 2; copy++) {
      LoggedDisk disk = joined(512, State.FORMATTED);
      Foreign.table(512).get(copy).copyInto(disk.bytes());
      assertImpossible(disk, Restoration.Impossible.Cause.FOREIGN_TABLE);
    }
  }

  @Test
  void aDiskThatDoesNotKeepWhatIsWrittenIsAnError() throws IOException {
    LoggedDisk disk = damaged(512, State.FORMATTED, bytes -> erase(bytes, 512, 1024));
    Restoration.Possible restoration = possible(disk);
    disk.bytes()[SLOT_A] ^= 1;
    assertThatThrownBy(() -> Ledger.restore(disk, restoration)).hasMessageContaining("read back");
  }

  /** Everything that can be cut, torn and reordered while a disk is repaired. */
  private static final class Cuts {
    private final LoggedDisk broken;
    private final DiskRecord record;
    private final byte[] whole;
    private long images;

    Cuts(int sector, State state, Consumer<byte[]> damage) {
      broken = damaged(sector, state, damage);
      record = Records.in(sector, state);
      whole = joined(sector, state).bytes();
    }

    long explore() throws IOException {
      byte[] before = broken.bytes().clone();
      Ledger.restore(broken, possible(broken));
      assertThat(Arrays.equals(broken.bytes(), whole)).isTrue();
      Crashes.each(before, broken, this::check);
      return images;
    }

    private void check(LoggedDisk cut) {
      images++;
      try {
        Reading reading = Ledger.read(cut);
        if (reading instanceof Reading.Joined joined) {
          assertThat(joined.record()).isEqualTo(record);
        } else if (record.state() != State.FREE) {
          assertThat(reading).isInstanceOf(Reading.Frozen.class);
        }
        if (Ledger.restoration(cut) instanceof Restoration.Possible again) {
          Ledger.restore(cut, again);
        }
        assertThat(Arrays.equals(cut.bytes(), whole)).isTrue();
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }

  @Test
  void aRepairCutShortAnywhereIsAsBeforeOrBetterAndCanBeDoneAgain() throws IOException {
    Consumer<byte[]> allButOneSlot =
        bytes -> {
          Arrays.fill(bytes, 0, SLOT_B, (byte) 0x5a);
          Arrays.fill(bytes, END - (16 << 10) - 512, END, (byte) 0x5a);
          bytes[SLOT_B + (20 << 10)] = 1;
        };
    long images = 0;
    for (State state : List.of(State.FREE, State.FORMATTED, State.SCRUBBING)) {
      images += new Cuts(512, state, allButOneSlot).explore();
    }
    images += new Cuts(4096, State.FORMATTED, allButOneSlot).explore();
    images += new Cuts(512, State.CLAIMED, bytes -> erase(bytes, 0, SLOT_A)).explore();
    images += new Cuts(512, State.FORMATTED, bytes -> bytes[1024] ^= 1).explore();
    images += new Cuts(512, State.FORMATTED, bytes -> erase(bytes, END - 512, END)).explore();
    Proof.count("crash images of a repair", images, 800);
  }

  @Test
  void theOwnerOfADamagedDiskIsRead() throws IOException {
    LoggedDisk disk = damaged(512, State.FORMATTED, bytes -> erase(bytes, 0, SLOT_A));
    assertThat(possible(disk).record().owner()).isEqualTo(new Owner("disk.spindle.dev", "node-1"));
  }
}
