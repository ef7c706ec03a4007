package dev.spindle.disks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.gpt.Area;
import dev.spindle.disks.gpt.TableDecoder;
import dev.spindle.disks.gpt.TableReading;
import dev.spindle.linux.Zeroes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerWriteTest {
  private static final int MIB = (int) Geometry.MIB;

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aJoinedDiskReadsBackWithItsRecord(int sector) throws IOException {
    LoggedDisk disk = joined(Records.free(sector));
    Reading.Joined reading = (Reading.Joined) Ledger.read(disk);
    assertThat(reading.record()).isEqualTo(Records.free(sector));
    assertThat(reading.sequence()).isEqualTo(1);
    assertThat(reading.slotsAgree()).isTrue();
    assertThat(reading.backupIntact()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void theImageOfAJoinedDiskExplainsEveryByteThatIsNotZero(int sector) throws IOException {
    LoggedDisk disk = joined(Records.free(sector));
    byte[] rest = disk.bytes().clone();
    long end = 0;
    for (Image.Part part : ((Reading.Joined) Ledger.read(disk)).image().parts()) {
      assertThat(part.offset()).isGreaterThanOrEqualTo(end);
      assertThat(part.offset() % sector).isZero();
      end = part.offset() + part.bytes().length;
      assertThat(Arrays.copyOfRange(rest, (int) part.offset(), (int) end)).isEqualTo(part.bytes());
      Arrays.fill(rest, (int) part.offset(), (int) end, (byte) 0);
    }
    assertThat(Zeroes.only(rest, 0, rest.length)).isTrue();
  }

  @Test
  void joiningWritesRecordThenTableThenHeaderWithAFlushAfterEach() {
    assertThat(order(joined(Records.free(512))))
        .containsExactly(
            "1048576+16384",
            "flush",
            "1572864+16384",
            "flush",
            "6274560+16384",
            "6290944+512",
            "1024+16384",
            "0+512",
            "flush",
            "512+512",
            "flush");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aJoiningCutShortIsNeverAJoinedDiskBeforeItsHeader(int sector) {
    Set<String> seen = new HashSet<>();
    byte[] blank = new byte[(int) Records.DISK_BYTES];
    Crashes.each(
        blank,
        joined(Records.free(sector)),
        disk -> {
          Reading reading = read(disk);
          seen.add(reading.getClass().getSimpleName());
          boolean header = !Zeroes.only(disk.bytes(), sector, 2 * sector);
          assertThat(reading instanceof Reading.Joined).isEqualTo(header);
          assertThat(reading).isNotInstanceOf(Reading.Newer.class);
        });
    assertThat(seen).containsExactlyInAnyOrder("NotOurs", "RecordOnly", "Joined");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aWipeCutShortNeverLooksBlank(int sector) throws IOException {
    byte[] used = new byte[(int) Records.DISK_BYTES];
    new Random(1).nextBytes(used);
    Foreign.table(sector).forEach(area -> area.copyInto(used));
    LoggedDisk disk = new LoggedDisk(sector, used.clone());
    Ledger.join(disk, Records.in(sector, State.SCRUBBING));
    Crashes.each(
        used,
        disk,
        cut -> {
          Reading reading = read(cut);
          assertThat(reading).isNotInstanceOf(Reading.RecordOnly.class);
          if (reading instanceof Reading.NotOurs) {
            Area start = new Area(0, Arrays.copyOf(cut.bytes(), MIB));
            assertThat(TableDecoder.primary(start, sector))
                .isInstanceOf(TableReading.Foreign.class);
          }
        });
    assertThat(read(disk)).isInstanceOf(Reading.Joined.class);
    assertThat(state(disk)).isEqualTo(State.SCRUBBING);
  }

  @ParameterizedTest
  @CsvSource({
    "FREE,CLAIMED",
    "CLAIMED,FORMATTING",
    "FORMATTING,FORMATTED",
    "FORMATTED,SCRUBBING",
    "FORMATTED,FORMATTING",
    "CLAIMED,SCRUBBING",
    "SCRUBBING,FREE"
  })
  void aChangeOfStateCutShortIsTheOldStateOrTheNewOne(State from, State to) throws IOException {
    LoggedDisk before = joined(Records.free(512));
    Ledger.write(before, MIB, Records.in(512, from), 2);
    LoggedDisk after = before.resized(before.sizeBytes());
    Ledger.write(after, MIB, Records.in(512, to), 3);
    Set<State> seen = new HashSet<>();
    Crashes.each(
        before.bytes(),
        after,
        disk -> {
          Reading.Joined reading = (Reading.Joined) read(disk);
          seen.add(reading.record().state());
          assertThat(reading.sequence()).isEqualTo(reading.record().state() == from ? 2 : 3);
        });
    assertThat(seen).containsExactlyInAnyOrder(from, to);
    assertThat(state(after)).isEqualTo(to);
  }

  @Test
  void aStateIsWrittenToPartitionOneAloneAsWell() throws IOException {
    LoggedDisk whole = joined(Records.free(512));
    byte[] one = Arrays.copyOfRange(whole.bytes(), MIB, 2 * MIB);
    Ledger.write(new LoggedDisk(512, one), 0, Records.in(512, State.CLAIMED), 2);
    System.arraycopy(one, 0, whole.bytes(), MIB, MIB);
    assertThat(state(whole)).isEqualTo(State.CLAIMED);
  }

  @Test
  void checkpointsAlternateAndTheLastOneThatIsWholeCounts() throws IOException {
    LoggedDisk disk = joined(Records.free(512));
    Ledger.write(disk, MIB, Records.scrubbed(512, 0), 2);
    List<Long> done = new ArrayList<>();
    for (int sequence = 3; sequence < 7; sequence++) {
      LoggedDisk next = disk.resized(disk.sizeBytes());
      Ledger.checkpoint(next, MIB, Records.scrubbed(512, sequence * 512L), sequence);
      long last = progress(disk);
      long now = sequence * 512L;
      Crashes.each(disk.bytes(), next, cut -> assertThat(progress(cut)).isIn(last, now));
      assertThat(next.actions()).hasSize(2);
      done.add(next.actions().get(0).offset());
      disk = next;
    }
    long slotA = MIB;
    long slotB = MIB + (512 << 10);
    assertThat(done).containsExactly(slotA, slotB, slotA, slotB);
    assertThat(((Reading.Joined) read(disk)).slotsAgree()).as("but for progress").isTrue();
  }

  @Test
  void theSlotThatCountsIsWrittenLast() throws IOException {
    LoggedDisk disk = joined(Records.free(512));
    Ledger.write(disk, MIB, Records.in(512, State.CLAIMED), 2);
    for (int bad : new int[] {MIB, MIB + (512 << 10)}) {
      LoggedDisk damaged = disk.resized(disk.sizeBytes());
      damaged.bytes()[bad] ^= 1;
      Ledger.write(damaged, MIB, Records.in(512, State.CLAIMED), 3);
      assertThat(damaged.actions().get(0).offset()).isEqualTo(bad);
      Ledger.write(damaged, MIB, Records.in(512, State.CLAIMED), 4);
      assertThat(damaged.actions().get(4).offset()).as("where both count, A").isEqualTo(MIB);
    }
  }

  @Test
  void aCheckpointThatFailedIsFollowedByOneToTheSameSlot() throws IOException {
    LoggedDisk disk = joined(Records.free(512));
    Ledger.write(disk, MIB, Records.scrubbed(512, 0), 2);
    Ledger.checkpoint(disk, MIB, Records.scrubbed(512, 512), 3);
    LoggedDisk next = disk.resized(disk.sizeBytes());
    Ledger.checkpoint(next, MIB, Records.scrubbed(512, 1024), 5);
    assertThat(next.actions().get(0).offset()).isEqualTo(MIB + (512 << 10));
    assertThat(progress(next)).isEqualTo(1024);
  }

  @Test
  void aScrubThatEndsAfterCheckpointsIsFreeOrStillScrubbing() throws IOException {
    LoggedDisk before = joined(Records.free(512));
    Ledger.write(before, MIB, Records.scrubbed(512, 0), 2);
    Ledger.checkpoint(before, MIB, Records.scrubbed(512, 1024), 3);
    LoggedDisk after = before.resized(before.sizeBytes());
    Ledger.write(after, MIB, Records.free(512), 4);
    Crashes.each(
        before.bytes(), after, disk -> assertThat(state(disk)).isIn(State.SCRUBBING, State.FREE));
  }

  @ParameterizedTest
  @EnumSource(value = State.class, mode = EnumSource.Mode.EXCLUDE, names = "SCRUBBING")
  void onlyScrubProgressGoesToOneSlot(State state) {
    LoggedDisk disk = joined(Records.free(512));
    assertThatThrownBy(() -> Ledger.checkpoint(disk, MIB, Records.in(512, state), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void anErasedDiskIsZeroOutsideItsVolume(int sector) throws IOException {
    LoggedDisk disk = joined(Records.free(sector));
    Ledger.giveBack(disk, Records.free(sector));
    assertThat(Zeroes.only(disk.bytes(), 0, disk.bytes().length)).isTrue();
    assertThat(read(disk)).isEqualTo(new Reading.NotOurs());
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void anErasureCutShortIsNeverAJoinedDiskAfterItsHeaderIsGone(int sector) throws IOException {
    LoggedDisk before = joined(Records.free(sector));
    LoggedDisk after = before.resized(before.sizeBytes());
    Ledger.giveBack(after, Records.free(sector));
    Crashes.each(
        before.bytes(),
        after,
        disk -> {
          Reading reading = read(disk);
          boolean header = !Zeroes.only(disk.bytes(), sector, 2 * sector);
          assertThat(reading instanceof Reading.Joined).isEqualTo(header);
          assertThat(reading).isNotInstanceOf(Reading.Frozen.class);
        });
  }

  @Test
  void erasingTouchesNoByteOfTheVolumeNorBehindTheTable() throws IOException {
    LoggedDisk grown = joined(Records.free(512)).resized(Records.DISK_BYTES + MIB);
    int start = 2 * MIB;
    int end = (int) Records.free(512).geometry().volume().endBytes();
    Arrays.fill(grown.bytes(), start, end, (byte) 7);
    Arrays.fill(grown.bytes(), (int) Records.DISK_BYTES, grown.bytes().length, (byte) 7);
    Ledger.giveBack(grown, Records.free(512));
    for (int at = 0; at < grown.bytes().length; at++) {
      boolean ours = at < start || (at >= end && at < Records.DISK_BYTES);
      if (grown.bytes()[at] != (ours ? 0 : 7)) {
        throw new AssertionError("byte " + at);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"CLAIMED", "FORMATTING", "FORMATTED"})
  void aDiskWithAVolumeIsNeitherJoinedNorErased(State state) {
    LoggedDisk disk = new LoggedDisk(512, new byte[(int) Records.DISK_BYTES]);
    DiskRecord record = Records.in(512, state);
    assertThatThrownBy(() -> Ledger.join(disk, record))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ledger.giveBack(disk, record))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(disk.actions()).isEmpty();
  }

  @Test
  void aRecordOfADiskOfAnotherSizeOrSectorSizeIsNotJoined() {
    LoggedDisk disk = new LoggedDisk(512, new byte[(int) Records.DISK_BYTES]);
    for (LoggedDisk other : List.of(disk.resized(7 * MIB), disk.withSectorsOf(4096))) {
      assertThatThrownBy(() -> Ledger.join(other, Records.free(512)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(other.actions()).isEmpty();
    }
  }

  @Test
  void aRecordTooLargeForASlotIsRefusedBeforeAnythingIsWritten() throws IOException {
    LoggedDisk disk = joined(Records.free(512)).resized(Records.DISK_BYTES);
    ScrubProgress endless =
        new ScrubProgress(ScrubMethod.ZERO, 0, Records.NOON, Records.NOON, "x".repeat(20_000));
    DiskRecord record = Records.scrubbed(512, 0).scrubbing(endless);
    assertThatThrownBy(() -> Ledger.write(disk, MIB, record, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(disk.actions()).isEmpty();
  }

  private static List<String> order(LoggedDisk disk) {
    return disk.actions().stream()
        .map(action -> action.isFlush() ? "flush" : action.offset() + "+" + action.data().length)
        .toList();
  }

  private static long progress(LoggedDisk disk) {
    ScrubProgress scrub = ((Reading.Joined) read(disk)).record().scrub();
    return scrub == null ? -1 : scrub.bytesDone();
  }

  private static State state(LoggedDisk disk) {
    return ((Reading.Joined) read(disk)).record().state();
  }

  private static LoggedDisk joined(DiskRecord record) {
    int sector = record.geometry().sectorSize();
    LoggedDisk disk = new LoggedDisk(sector, new byte[(int) record.geometry().diskBytes()]);
    try {
      Ledger.join(disk, record);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return disk;
  }

  private static Reading read(LoggedDisk disk) {
    try {
      return Ledger.read(disk);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
