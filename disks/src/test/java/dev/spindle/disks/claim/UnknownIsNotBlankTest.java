package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine.Call;
import dev.spindle.linux.testing.MemoryMachine.Fault;
import dev.spindle.linux.testing.MemoryMachine.Request;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Disks that hold somebody's data in a single sector, which nothing recognises: whichever call
 * fails, also the very read that would have shown them, nobody concludes that there are none (rules
 * R2 and R3).
 */
@ExtendWith(QuietLogs.class)
class UnknownIsNotBlankTest {
  private static final long SIZE = Geometry.SMALLEST_DISK_BYTES;
  private static final AtomicLong POINTS = new AtomicLong();

  @AfterAll
  static void count() throws IOException {
    Proof.count("calls that failed on disks with data, in memory", POINTS.get(), 3_500);
  }

  /** Asks a disk something, which ends well or throws. */
  private interface Question {
    void ask(MemoryPool pool) throws IOException;
  }

  /** A blank disk, or one that is ours and FREE. */
  private static MemoryDisk disk(boolean ours, int sector) throws IOException {
    MemoryDisk disk = new MemoryDisk(SIZE, sector);
    if (ours) {
      Lab lab = new Lab(disk);
      MemoryPool pool = lab.start().look();
      pool.provision(MemoryPool.block("pvc-0", Map.of()));
      pool.look().release(Lab.volume(disk));
    }
    return disk;
  }

  private static void putData(MemoryDisk disk, long offset) throws IOException {
    byte[] data = new byte[disk.sectorSize()];
    new Random(offset).nextBytes(data);
    disk.write(offset, data);
  }

  private static void ask(Question question, MemoryPool pool) {
    try {
      question.ask(pool);
    } catch (IOException refused) {
      assertThat(refused).hasMessageContaining(Lab.NAME);
    }
  }

  private static List<FailingCall> points(Lab lab, MemoryPool pool, Question question) {
    FailingCall.Calls calls = new FailingCall.Calls();
    lab.machine.onEach(calls);
    ask(question, pool);
    lab.machine.onEach(request -> {});
    return calls.points();
  }

  private static void failOnce(Lab lab, MemoryPool pool, Question question, FailingCall point) {
    FailingCall.Once fault = new FailingCall.Once(point);
    lab.machine.onEach(fault);
    ask(question, pool);
    lab.machine.onEach(request -> {});
    assertThat(fault.failed()).as("what failed").isNotNull();
    POINTS.incrementAndGet();
  }

  /** Whether the disk is ours, and where somebody's data are on it. */
  static Stream<Arguments> places() {
    return Stream.concat(
        Stream.of(0L, 524288L, 1048576L, 3145728L, 5238784L).map(at -> Arguments.of(false, at)),
        Stream.of(3145728L, 4194304L).map(at -> Arguments.of(true, at)));
  }

  @ParameterizedTest
  @MethodSource("places")
  void aLookDuringWhichACallFailsFindsNoBlankDisk(boolean ours, long place) throws IOException {
    for (int sector : new int[] {512, 4096}) {
      MemoryDisk disk = disk(ours, sector);
      Lab lab = new Lab(disk);
      assertThat(lab.start().look().disk(Lab.NAME).verdict()).isInstanceOf(Eligible.class);
      putData(disk, place);
      for (FailingCall point : points(lab, lab.start(), MemoryPool::look)) {
        MemoryPool pool = lab.start();
        failOnce(lab, pool, MemoryPool::look, point);
        assertThat(pool.disk(Lab.NAME).verdict()).as("" + point).isNotInstanceOf(Eligible.class);
        assertThat(pool.look().disk(Lab.NAME).verdict()).isNotInstanceOf(Eligible.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void aClaimDuringWhichACallFailsLeavesDataAloneThatCameAfterTheLook(boolean ours, long place)
      throws IOException {
    for (int sector : new int[] {512, 4096}) {
      MemoryDisk blank = disk(ours, sector);
      MemoryDisk full = blank.snapshot();
      putData(full, place);
      Question claim = pool -> pool.provision(MemoryPool.block("pvc-1", Map.of()));
      Lab lab = new Lab(blank);
      for (FailingCall point : points(lab, lookedAt(lab, blank, full), claim)) {
        MemoryPool pool = lookedAt(lab, blank, full);
        failOnce(lab, pool, claim, point);
        assertThat(pool.medium(Lab.NAME).sameAs(full)).as("not written to: " + point).isTrue();
        assertThatThrownBy(() -> claim.ask(pool)).hasMessageContaining(Lab.NAME);
        assertThat(pool.medium(Lab.NAME).sameAs(full)).as("not written to").isTrue();
      }
    }
  }

  /** What was judged is what is written to: no name is looked up once more in between (rule R4). */
  @ParameterizedTest
  @CsvSource({"false, 0", "false, 1048576", "false, 3145728", "true, 3145728"})
  void dataThatComeBeforeAnyOpenOfAClaimAreSeenOrComeTooLate(boolean ours, long place)
      throws IOException {
    MemoryDisk blank = disk(ours, 512);
    MemoryDisk full = blank.snapshot();
    putData(full, place);
    Lab lab = new Lab(blank);
    boolean came = true;
    int opens = 0;
    for (; came; opens++) {
      MemoryPool pool = lookedAt(lab, blank, blank);
      Arrival arrival = new Arrival(opens, place);
      lab.machine.onEach(arrival);
      ask(claiming -> claiming.provision(MemoryPool.block("pvc-1", Map.of())), pool);
      lab.machine.onEach(request -> {});
      came = arrival.came;
      if (came && !arrival.tooLate) {
        assertThat(pool.medium(Lab.NAME).sameAs(full)).as("before open " + opens).isTrue();
      }
    }
    assertThat(opens).isGreaterThan(1);
  }

  /** Somebody's data, right before a device is opened for a certain time. */
  private static final class Arrival implements Fault {
    private final int number;
    private final long place;
    private int opens;
    private boolean written;
    private boolean came;

    /** Whether something had been written to the disk when they came. */
    private boolean tooLate;

    Arrival(int number, long place) {
      this.number = number;
      this.place = place;
    }

    @Override
    public void before(Request request) throws IOException {
      written |= request.call() == Call.WRITE || request.call() == Call.ZERO;
      MemoryDisk medium = request.medium();
      if (request.call() == Call.OPEN && opens++ == number && medium != null) {
        came = true;
        tooLate = written;
        putData(medium, place);
      }
    }
  }

  /** Of a process that has seen the disk before there was anything on it. */
  private static MemoryPool lookedAt(Lab lab, MemoryDisk before, MemoryDisk now)
      throws IOException {
    lab.machine.reboot(Lab.NAME, before.snapshot());
    MemoryPool pool = lab.start().look();
    lab.machine.reboot(Lab.NAME, now.snapshot());
    return pool;
  }
}
