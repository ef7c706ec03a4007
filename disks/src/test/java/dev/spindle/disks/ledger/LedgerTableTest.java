package dev.spindle.disks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every combination of what can be in a disk's four places, and what is to be made of it. */
class LedgerTableTest {
  private static final int MIB = (int) Geometry.MIB;
  private static final int SLOT_A = MIB;
  private static final int SLOT_B = MIB + (512 << 10);
  private static final Map<String, byte[]> JOINED = new ConcurrentHashMap<>();

  /** What is in the first MiB. */
  private enum Primary {
    OK,
    ZERO,
    HEADER_GONE,
    BAD,
    SOMETHING,
    FOREIGN
  }

  /** What is where the backup table belongs. */
  private enum Backup {
    OK,
    ZERO,
    BAD
  }

  /** What is in the two slots. */
  private enum Written {
    NONE,
    A,
    B,
    BOTH,
    DIFFER,
    CONTRADICT,
    ONE_DAMAGED,
    DAMAGED,
    NEWER;

    /** Whether it can be told what the record says. */
    boolean clear() {
      return this == A || this == B || this == BOTH || this == DIFFER || this == ONE_DAMAGED;
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCombinationReadsAsTheRulesSay() {
    return Stream.of(512, 4096)
        .flatMap(sector -> Stream.of(Primary.values()).flatMap(primary -> rows(sector, primary)));
  }

  private static Stream<DynamicTest> rows(int sector, Primary primary) {
    return Stream.of(Backup.values())
        .flatMap(
            backup ->
                Stream.of(Written.values())
                    .flatMap(
                        record ->
                            Stream.of(State.values())
                                .map(state -> row(sector, primary, backup, record, state))));
  }

  private static DynamicTest row(
      int sector, Primary primary, Backup backup, Written record, State state) {
    String name =
        sector + ": primary " + primary + ", backup " + backup + ", record " + record + " " + state;
    return DynamicTest.dynamicTest(
        name,
        () -> {
          LoggedDisk disk = disk(sector, state);
          slots(disk, record, state);
          backup(disk, backup);
          primary(disk, primary);
          assertThat(said(Ledger.read(disk))).isEqualTo(expected(primary, backup, record, state));
        });
  }

  private static String expected(Primary primary, Backup backup, Written record, State state) {
    boolean free = state == State.FREE;
    if (record == Written.NEWER) {
      return "Newer";
    }
    return switch (primary) {
      case FOREIGN -> underForeignTable(record, free);
      case OK ->
          record.clear()
              ? "Joined " + state + " " + agree(record, state) + " " + (backup == Backup.OK)
              : "NO_VALID_RECORD";
      case BAD -> "PRIMARY_TABLE_BAD";
      case ZERO, HEADER_GONE ->
          free && record.clear() && backup != Backup.BAD
              ? "RecordOnly"
              : withoutTable(backup, record, free);
      case SOMETHING -> withoutTable(backup, record, free);
    };
  }

  /** While a disk is erased, each checkpoint goes to one slot: sequences differ then. */
  private static boolean agree(Written record, State state) {
    return record == Written.BOTH || (record == Written.DIFFER && state == State.SCRUBBING);
  }

  private static String underForeignTable(Written record, boolean free) {
    boolean valid = record.clear() || record == Written.CONTRADICT;
    return valid && !free ? "PRIMARY_TABLE_BAD" : "NotOurs";
  }

  private static String withoutTable(Backup backup, Written record, boolean free) {
    boolean valid = record.clear() || record == Written.CONTRADICT;
    return backup == Backup.OK || (valid && !free) ? "PRIMARY_TABLE_BAD" : "NotOurs";
  }

  private static String said(Reading reading) {
    if (reading instanceof Reading.Joined joined) {
      return "Joined "
          + joined.record().state()
          + " "
          + joined.slotsAgree()
          + " "
          + joined.backupIntact();
    }
    return reading instanceof Reading.Frozen frozen
        ? frozen.cause().name()
        : reading.getClass().getSimpleName();
  }

  private static void primary(LoggedDisk disk, Primary primary) {
    byte[] bytes = disk.bytes();
    int sector = disk.sectorSize();
    switch (primary) {
      case OK -> {}
      case ZERO -> Arrays.fill(bytes, 0, MIB, (byte) 0);
      case HEADER_GONE -> Arrays.fill(bytes, sector, 2 * sector, (byte) 0);
      case BAD -> bytes[2 * sector + 300] ^= 1;
      case SOMETHING -> Arrays.fill(bytes, 0, MIB, (byte) 'x');
      case FOREIGN -> Foreign.table(sector).get(0).copyInto(bytes);
    }
  }

  private static void backup(LoggedDisk disk, Backup backup) {
    byte[] bytes = disk.bytes();
    switch (backup) {
      case OK -> {}
      case ZERO -> Arrays.fill(bytes, bytes.length - MIB, bytes.length, (byte) 0);
      case BAD -> bytes[bytes.length - disk.sectorSize() + 40] ^= 1;
    }
  }

  private static void slots(LoggedDisk disk, Written record, State state) {
    int sector = disk.sectorSize();
    DiskRecord said = Records.in(sector, state);
    byte[] good = SlotCodec.encode(5, said);
    byte[] none = new byte[SlotCodec.SLOT_BYTES];
    byte[] damaged = good.clone();
    damaged[100] ^= 1;
    switch (record) {
      case NONE -> slots(disk, none, none);
      case A -> slots(disk, good, none);
      case B -> slots(disk, none, good);
      case BOTH -> slots(disk, good, good);
      case DIFFER -> slots(disk, good, SlotCodec.encode(6, said));
      case CONTRADICT -> slots(disk, good, SlotCodec.encode(5, otherwise(said)));
      case ONE_DAMAGED -> slots(disk, good, damaged);
      case DAMAGED -> slots(disk, damaged, damaged);
      case NEWER -> slots(disk, good, SlotCodec.encode(2, 4, new byte[] {1}));
    }
  }

  private static DiskRecord otherwise(DiskRecord record) {
    return new DiskRecord(
        new Owner("another", "node"),
        record.diskGuid(),
        record.geometry(),
        record.state(),
        record.claim(),
        record.scrub());
  }

  private static void slots(LoggedDisk disk, byte[] a, byte[] b) {
    System.arraycopy(a, 0, disk.bytes(), SLOT_A, a.length);
    System.arraycopy(b, 0, disk.bytes(), SLOT_B, b.length);
  }

  /** A joined disk in a state, with nothing done to it yet. */
  static LoggedDisk disk(int sector, State state) {
    byte[] bytes = JOINED.computeIfAbsent(sector + " " + state, name -> joined(sector, state));
    return new LoggedDisk(sector, bytes.clone());
  }

  private static byte[] joined(int sector, State state) {
    LoggedDisk disk = new LoggedDisk(sector, new byte[(int) Records.DISK_BYTES]);
    try {
      Ledger.join(disk, Records.free(sector));
      Ledger.write(disk, MIB, Records.in(sector, state), 2);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return disk.bytes();
  }
}
