package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every call to a disk, in every operation that writes, fails once (rule R2): nothing is concluded
 * from it, the error names the disk, and the next call brings the operation to its end.
 *
 * <p>With {@code -Ddeep=true} every call fails in every way; without, some of many reads of one
 * length stand for the others.
 */
@ExtendWith(QuietLogs.class)
class IoFaultTest {
  private static final AtomicLong POINTS = new AtomicLong();

  /** So large that a scrub has two steps. */
  private static final long IN_STEPS = 22 * Geometry.MIB;

  /** So large that there are places between the ends, of which samples are read. */
  private static final long SAMPLED = 33 * Geometry.MIB;

  @AfterAll
  static void count() throws IOException {
    int all = System.getProperty("crash.only") == null ? 40_000 : 0;
    Proof.count("calls to disks that failed once, in memory", POINTS.get(), all);
  }

  @TestFactory
  Stream<DynamicTest> aCallThatFailsOnceHarmsNothingAndTheNextAttemptComesToItsEnd()
      throws IOException {
    List<Operation> operations = new ArrayList<>(new Operations(512, IN_STEPS).all());
    operations.addAll(new Operations(4096, SAMPLED).all());
    return operations.stream()
        .filter(operation -> operation.toString().matches(System.getProperty("crash.only", ".*")))
        .map(
            operation ->
                DynamicTest.dynamicTest(operation.toString(), () -> new Failing(operation).run()));
  }

  /** Every failure of one operation. */
  private static final class Failing {
    private final Operation operation;

    /** What a new process finds on a disk, by the disk's content. */
    private final Map<Long, Verdict> found = new ConcurrentHashMap<>();

    Failing(Operation operation) {
      this.operation = operation;
    }

    void run() throws IOException {
      List<FailingCall> points = points();
      // On all processors: the points have nothing in common.
      points.parallelStream().forEach(this::fail);
      POINTS.addAndGet(points.size());
    }

    private List<FailingCall> points() throws IOException {
      MemoryDisk disk = operation.disk().snapshot();
      Lab lab = Lab.of(operation, disk);
      MemoryPool pool = lab.start();
      FailingCall.Calls calls = new FailingCall.Calls();
      lab.machine.onEach(calls);
      operation.work().run(pool, Lab.volume(disk));
      return calls.points();
    }

    private void fail(FailingCall point) {
      FailingCall.Once fault = new FailingCall.Once(point);
      try {
        fail(fault);
      } catch (AssertionError | IOException | RuntimeException failed) {
        throw new AssertionError(operation + ": " + point + ", " + fault.failed(), failed);
      }
    }

    private void fail(FailingCall.Once fault) throws IOException {
      MemoryDisk disk = operation.disk().snapshot();
      UUID volume = Lab.volume(disk);
      Lab lab = Lab.of(operation, disk);
      MemoryPool pool = lab.start();
      lab.machine.onEach(fault);
      @Nullable Exception error = null;
      try {
        operation.work().run(pool, volume);
      } catch (IOException | IllegalStateException failed) {
        error = failed;
      }
      lab.machine.onEach(request -> {});
      assertThat(fault.failed()).as("what failed").isNotNull();
      assertThat(lab.machine.open()).as("nodes that are left open").isEmpty();
      Verdict after = checkAfter(pool, lab, error);
      checkNext(pool, lab, volume, DiskAnswer.of(after).equals(DiskAnswer.NOT_ELIGIBLE));
    }

    /** What a new process finds. */
    private Verdict checkAfter(MemoryPool pool, Lab lab, @Nullable Exception error)
        throws IOException {
      if (error != null) {
        assertThat(String.valueOf(error.getMessage())).as("names the disk").contains(Lab.NAME);
      }
      MemoryDisk disk = pool.medium(Lab.NAME);
      // What a new process finds.
      Verdict after = found(disk, lab);
      DiskAnswer.checkBytes(disk, after, operation.disk());
      // And what the process itself believes, from what it saw when the call failed. That it wrote
      // to a disk by one name it does not know of the other, before it looks to claim that too.
      if (!operation.secondPath()) {
        DiskAnswer.checkBytes(disk, pool.disk(Lab.NAME).verdict(), operation.disk());
        if (pool.look().disk(Lab.NAME).verdict() instanceof Eligible) {
          assertThat(after).as("believed to be eligible").isInstanceOf(Eligible.class);
        }
      }
      String answer = DiskAnswer.of(after);
      if (error == null) {
        // Scrubs and recoveries that fail tell nobody: they are tried again.
        assertThat(
                operation.end().equals(DiskAnswer.withoutUuid(answer))
                    || DiskAnswer.isScrubbing(answer)
                    || operation.secondPath()
                    || operation.name().startsWith("recovery"))
            .as("no error, and the disk is " + answer)
            .isTrue();
      } else if (!operation.joins()) {
        assertThat(answer).isNotEqualTo(DiskAnswer.NOT_ELIGIBLE);
      }
      return after;
    }

    /** One more start of the driver: what it finds depends on nothing but what is on the disk. */
    private Verdict found(MemoryDisk disk, Lab lab) throws IOException {
      long content = disk.fingerprint();
      Verdict known = found.get(content);
      if (known == null) {
        known = lab.start().look().disk(Lab.NAME).verdict();
        found.put(content, known);
      }
      return known;
    }

    private void checkNext(MemoryPool pool, Lab lab, UUID volume, boolean touched)
        throws IOException {
      if (touched) {
        // A person decides. The volume goes to the next disk.
        lab.addBlank();
      }
      operation.work().run(pool, volume);
      MemoryPool restarted = lab.start().look().recover();
      int volumes = operation.end().contains(" ") ? 1 : 0;
      assertThat(restarted.volumes()).as("volumes").hasSizeBetween(volumes, 1);
      if (!touched) {
        assertThat(DiskAnswer.withoutUuid(DiskAnswer.of(restarted.disk(Lab.NAME).verdict())))
            .isEqualTo(operation.end());
      }
      assertThat(lab.machine.open()).as("nodes that are left open").isEmpty();
    }
  }
}
