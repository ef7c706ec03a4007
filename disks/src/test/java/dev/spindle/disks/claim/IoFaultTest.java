package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine.Call;
import dev.spindle.linux.testing.MemoryMachine.Fault;
import dev.spindle.linux.testing.MemoryMachine.Request;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call to a disk, in every operation that writes, fails once (rule R2): nothing is concluded
 * from it, the error names the disk, and the next call brings the operation to its end.
 *
 * <p>With {@code -Ddeep=true} every call fails in every way; without, some of many reads of one
 * length stand for the others.
 */
class IoFaultTest {
  private static final AtomicLong POINTS = new AtomicLong();
  private static final Logger LOG = Logger.getLogger("dev.spindle");

  /** So large that a scrub has two steps. */
  private static final long IN_STEPS = 22 * Geometry.MIB;

  /** So large that there are places between the ends, of which samples are read. */
  private static final long SAMPLED = 33 * Geometry.MIB;

  /** Whether every call fails in every way. */
  private static final boolean DEEP = Proof.deep();

  /** So far inside a stretch of reads of one length, each read fails in one way only, in turn. */
  private static final int FEW = 4;

  /** So far inside, which is nowhere on a disk of 5 MiB, one read in some fails. */
  private static final int MANY = 32;

  private static final int STRIDE = 97;

  @TempDir(factory = InMemory.class)
  @SuppressWarnings("NullAway.Init") // by JUnit
  static Path folder;

  /** How a call fails. */
  private enum Kind {
    /** Nothing of it is done. */
    EIO(Errno.EIO, EnumSet.allOf(Call.class)),
    /** All of it is done, and the answer is an error. */
    EIO_AFTER(
        Errno.EIO,
        EnumSet.of(Call.WRITE, Call.ZERO, Call.DISCARD, Call.ADD_PARTITION, Call.DELETE_PARTITION)),
    /** The first half of it is done. */
    EIO_HALFWAY(Errno.EIO, EnumSet.of(Call.WRITE)),
    /** As the layer below reports a read that came short. */
    SHORT_READ(Errno.EIO, EnumSet.of(Call.READ)),
    ENXIO(Errno.ENXIO, EnumSet.complementOf(EnumSet.of(Call.DELETE_PARTITION))),
    ENODEV(Errno.ENODEV, EnumSet.allOf(Call.class));

    private final Errno errno;

    @SuppressWarnings("ImmutableEnumChecker") // never changed
    private final Set<Call> calls;

    Kind(Errno errno, Set<Call> calls) {
      this.errno = errno;
      this.calls = calls;
    }
  }

  /** One call that fails: which one, of all that an operation makes, and how. */
  private record Point(int call, Kind kind) {}

  /** Notes the calls that an operation makes. */
  private static final class Calls implements Fault {
    private final List<Request> begun = new ArrayList<>();

    /** Numbers of those that did not fail by themselves. */
    private final Set<Integer> done = new HashSet<>();

    @Override
    public void before(Request request) {
      begun.add(request);
    }

    @Override
    public void after(Request request) {
      done.add(begun.size() - 1);
    }

    List<Point> points() {
      List<Point> points = new ArrayList<>();
      for (int call = 0; call < begun.size(); call++) {
        List<Kind> kinds = kinds(call);
        int inside = DEEP ? 0 : Math.min(alike(call, -1), alike(call, 1));
        if (inside >= FEW) {
          kinds = List.of(kinds.get(call % kinds.size()));
        }
        if (inside < MANY || call % STRIDE == 0) {
          for (Kind kind : kinds) {
            points.add(new Point(call, kind));
          }
        }
      }
      return points;
    }

    private List<Kind> kinds(int call) {
      return Arrays.stream(Kind.values())
          .filter(kind -> kind.calls.contains(begun.get(call).call()))
          .filter(kind -> kind != Kind.EIO_AFTER || done.contains(call))
          .toList();
    }

    /** How many reads of the same length come right after a read, or before it. */
    private int alike(int call, int step) {
      int other = call;
      while (other >= 0
          && other < begun.size()
          && begun.get(other).call() == Call.READ
          && begun.get(other).length() == begun.get(call).length()) {
        other += step;
      }
      return Math.max(0, Math.abs(other - call) - 1);
    }
  }

  /** Lets one call fail. */
  private static final class Once implements Fault {
    private final Point point;
    private int calls;
    private @Nullable Request failed;

    Once(Point point) {
      this.point = point;
    }

    @Override
    public void before(Request request) throws IOException {
      if (calls++ != point.call || point.kind == Kind.EIO_AFTER) {
        return;
      }
      failed = request;
      if (point.kind == Kind.EIO_HALFWAY) {
        halfOf(request);
      }
      throw point.kind == Kind.SHORT_READ
          ? new KernelException("short pread", request.path(), Errno.EIO)
          : request.failure(point.kind.errno);
    }

    @Override
    public void after(Request request) throws IOException {
      if (failed == null && calls - 1 == point.call) {
        failed = request;
        throw request.failure(point.kind.errno);
      }
    }

    /** Half of a write, in whole sectors, and half of the sector after those. */
    private static void halfOf(Request request) throws IOException {
      MemoryDisk medium = request.medium();
      byte[] data = request.data();
      if (medium != null && data != null) {
        int sector = medium.sectorSize();
        int whole = data.length / 2 / sector * sector;
        byte[] put = Arrays.copyOf(data, whole + sector);
        byte[] last = medium.read(request.offset() + whole, sector);
        System.arraycopy(last, sector / 2, put, whole + sector / 2, sector - sector / 2);
        medium.write(request.offset(), put);
      }
    }
  }

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void count() throws IOException {
    LOG.setLevel(null);
    Proof.count("calls to disks that failed once, in memory", POINTS.get(), 15_000);
  }

  @TestFactory
  Stream<DynamicTest> aCallThatFailsOnceHarmsNothingAndTheNextAttemptComesToItsEnd()
      throws IOException {
    List<Operation> operations = new ArrayList<>(new Operations(folder, 512, IN_STEPS).all());
    operations.addAll(new Operations(folder, 4096, SAMPLED).all());
    return operations.stream()
        .filter(operation -> operation.toString().matches(System.getProperty("crash.only", ".*")))
        .map(
            operation ->
                DynamicTest.dynamicTest(operation.toString(), () -> new Failing(operation).run()));
  }

  /** Every failure of one operation. */
  private static final class Failing {
    private final Operation operation;

    /** Machines that are used again: making one takes longer than the operation. */
    private final Queue<Lab> idle = new ConcurrentLinkedQueue<>();

    /** What a new process finds on a disk, by the disk's content. */
    private final Map<Long, Verdict> found = new ConcurrentHashMap<>();

    Failing(Operation operation) {
      this.operation = operation;
    }

    void run() throws IOException {
      List<Point> points = points();
      // On all processors: the points have nothing in common.
      points.parallelStream().forEach(this::fail);
      POINTS.addAndGet(points.size());
      for (Lab lab : idle) {
        lab.remove();
      }
    }

    private List<Point> points() throws IOException {
      MemoryDisk disk = operation.disk().snapshot();
      Lab lab = machine(disk);
      MemoryPool pool = lab.start();
      Calls calls = new Calls();
      lab.machine.onEach(calls);
      operation.work().run(pool, Lab.volume(disk));
      idle.add(lab);
      return calls.points();
    }

    private Lab machine(MemoryDisk disk) throws IOException {
      Lab lab = idle.poll();
      if (lab == null) {
        return Lab.of(folder, operation, disk);
      }
      lab.machine.reboot(Lab.NAME, disk);
      if (operation.secondPath()) {
        lab.machine.reboot(Lab.SECOND_PATH, disk);
      }
      return lab;
    }

    private void fail(Point point) {
      Once fault = new Once(point);
      try {
        fail(fault);
      } catch (AssertionError | IOException | RuntimeException failed) {
        throw new AssertionError(operation + ": " + point + ", " + fault.failed, failed);
      }
    }

    private void fail(Once fault) throws IOException {
      MemoryDisk disk = operation.disk().snapshot();
      UUID volume = Lab.volume(disk);
      Lab lab = machine(disk);
      MemoryPool pool = lab.start();
      lab.machine.onEach(fault);
      @Nullable Exception error = null;
      try {
        operation.work().run(pool, volume);
      } catch (IOException | IllegalStateException failed) {
        error = failed;
      }
      lab.machine.onEach(request -> {});
      assertThat(fault.failed).as("what failed").isNotNull();
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
      if (touched) {
        lab.remove();
      } else {
        idle.add(lab);
      }
    }
  }
}
