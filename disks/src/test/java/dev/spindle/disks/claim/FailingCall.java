package dev.spindle.disks.claim;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine.Call;
import dev.spindle.linux.testing.MemoryMachine.Fault;
import dev.spindle.linux.testing.MemoryMachine.Request;
import dev.spindle.linux.testing.Proof;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call to a disk that fails.
 *
 * @param call which one, of all that are made
 * @param kind how it fails
 */
record FailingCall(int call, Kind kind) {
  /** Whether every call fails in every way. */
  private static final boolean DEEP = Proof.deep();

  /** So far inside a stretch of reads of one length, each read fails in one way only, in turn. */
  private static final int FEW = 4;

  /** So far inside, which is nowhere on a disk of 5 MiB, one read in some fails. */
  private static final int MANY = 32;

  private static final int STRIDE = 97;

  /** How a call fails. */
  enum Kind {
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

  /** Notes the calls that an operation makes. */
  static final class Calls implements Fault {
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

    /** Every way in which every call can fail; without {@code -Ddeep}, for some reads less. */
    List<FailingCall> points() {
      List<FailingCall> points = new ArrayList<>();
      for (int call = 0; call < begun.size(); call++) {
        List<Kind> kinds = kinds(call);
        int inside = DEEP ? 0 : Math.min(alike(call, -1), alike(call, 1));
        if (inside >= FEW) {
          kinds = List.of(kinds.get(call % kinds.size()));
        }
        if (inside < MANY || call % STRIDE == 0) {
          for (Kind kind : kinds) {
            points.add(new FailingCall(call, kind));
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
  static final class Once implements Fault {
    private final FailingCall point;
    private int calls;
    private @Nullable Request failed;

    Once(FailingCall point) {
      this.point = point;
    }

    /** What failed; null if it has not come to that. */
    @Nullable Request failed() {
      return failed;
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
}
