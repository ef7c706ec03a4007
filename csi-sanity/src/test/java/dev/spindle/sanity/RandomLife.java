package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * The life of one volume, with what happens in between drawn at random: calls repeated, or made
 * twice at once, calls that must be refused, or the whole thing given up at some step. However it
 * goes, the volume is taken back and deleted at its end.
 */
final class RandomLife {
  /** How a life ended. */
  enum End {
    /** It was written to, staged again, and read back what was written. */
    WHOLE,
    /** It was given up in the middle, and cleaned up. */
    GIVEN_UP,
    /** No disk became free for it in time. */
    NO_ROOM
  }

  private static final List<String> KINDS = List.of("ext4", "xfs", "btrfs", Wish.BLOCK);
  private static final long MIB = 1 << 20;

  /** What mkfs.xfs needs, and more than mkfs.btrfs does. */
  private static final long LEAST = 320 * MIB;

  private static final int STEPS = 16;

  private final CsiClient driver;
  private final Random random;
  private final ExecutorService others;
  private final Tenant tenant;
  private final boolean readOnly;
  private int stepsLeft;

  RandomLife(CsiClient driver, long seed, Path home, ExecutorService others) throws IOException {
    this.driver = driver;
    this.random = new Random(seed);
    this.others = others;
    String kind = KINDS.get(random.nextInt(KINDS.size()));
    long bytes = random.nextInt(10) == 0 ? 500 * MIB : LEAST;
    this.tenant = new Tenant(new Wish("pvc-" + Long.toHexString(seed), kind, bytes), home);
    this.readOnly = random.nextBoolean();
    this.stepsLeft = random.nextInt(10) == 0 ? random.nextInt(STEPS) : Integer.MAX_VALUE;
  }

  @Override
  public String toString() {
    return tenant.wish() + (tenant.created() ? ", " + tenant.id() : "");
  }

  /** Lives it. */
  End live() throws IOException, InterruptedException, ExecutionException {
    try {
      Patience.FOR_ROOM.call(() -> tenant.create(driver));
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() == Code.RESOURCE_EXHAUSTED) {
        tenant.leave();
        return End.NO_ROOM;
      }
      throw refused;
    }
    boolean whole = first() && second();
    cleanUp();
    return whole ? End.WHOLE : End.GIVEN_UP;
  }

  /** Up to what is written lying on the disk, with nobody using it; whether it came so far. */
  private boolean first() throws IOException, InterruptedException, ExecutionException {
    return step(() -> same(() -> tenant.create(driver)))
        && step(() -> same(() -> tenant.stage(driver)))
        && step(() -> same(() -> tenant.publish(driver, 0)))
        && step(this::write)
        && step(this::publishElsewhere)
        && step(this::refuseInUse)
        && step(() -> same(() -> tenant.unpublish(driver, 0)))
        && step(this::refuseInUse)
        && step(() -> same(() -> tenant.unstage(driver)));
  }

  /** Staged again, it must be as it was; whether it came so far. */
  private boolean second() throws IOException, InterruptedException, ExecutionException {
    return step(() -> same(() -> tenant.stage(driver)))
        && step(() -> same(() -> publish(1)))
        && step(this::readBack)
        && step(this::refuseInUse)
        && step(() -> same(() -> tenant.unpublish(driver, 1)))
        && step(() -> same(() -> tenant.unstage(driver)));
  }

  private Object publish(int pod) {
    return readOnly ? tenant.publishReadOnly(driver, pod) : tenant.publish(driver, pod);
  }

  private void write() throws IOException {
    contents().verifyNew(tenant.target(0));
    contents().write(tenant.target(0));
    contents().verify(tenant.target(0));
  }

  private void readBack() throws IOException {
    contents().verify(tenant.target(1));
    if (readOnly) {
      contents().verifyReadOnly(tenant.target(1));
    }
    if (random.nextBoolean()) {
      assertThat(driver.stats(tenant.id(), tenant.target(1)).getUsageList()).isNotEmpty();
    }
  }

  private Contents contents() {
    return new Contents(
        tenant.wish().block(), tenant.wish().name().hashCode(), tenant.volume().getCapacityBytes());
  }

  /** A second pod on the node, and one that wants what the first has, but otherwise. */
  private void publishElsewhere() throws IOException, InterruptedException {
    if (random.nextInt(3) == 0) {
      refused(Code.ALREADY_EXISTS, () -> tenant.publishReadOnly(driver, 0));
    }
    if (random.nextInt(3) == 0) {
      Patience.USUAL.call(() -> publish(2));
      contents().verify(tenant.target(2));
      Patience.USUAL.call(() -> tenant.unpublish(driver, 2));
    }
  }

  /** A volume that is staged or published cannot be deleted. */
  private void refuseInUse() {
    if (random.nextInt(4) == 0) {
      refused(Code.FAILED_PRECONDITION, () -> tenant.delete(driver));
    }
  }

  /** Everything that the life may have left, in the order in which it is taken back. */
  private void cleanUp() throws IOException, InterruptedException, ExecutionException {
    for (int pod = 0; pod <= 2; pod++) {
      int target = pod;
      Patience.USUAL.call(() -> tenant.unpublish(driver, target));
      assertThat(tenant.target(pod)).doesNotExist();
    }
    Patience.USUAL.call(() -> tenant.unstage(driver));
    same(() -> tenant.delete(driver));
    if (random.nextInt(4) == 0) {
      refused(Code.NOT_FOUND, () -> tenant.stage(driver));
    }
    tenant.leave();
  }

  /** A part of a life. */
  @FunctionalInterface
  private interface Step {
    /** Lives it. */
    void run() throws IOException, InterruptedException, ExecutionException;
  }

  private boolean step(Step step) throws IOException, InterruptedException, ExecutionException {
    if (stepsLeft == 0) {
      return false;
    }
    stepsLeft--;
    step.run();
    return true;
  }

  /** Calls once, or again and again, or twice at the same time: the answer is the same. */
  private void same(Supplier<?> call) throws InterruptedException, ExecutionException {
    int times = random.nextInt(4);
    if (times == 3) {
      CompletableFuture<Boolean> other =
          CompletableFuture.supplyAsync(() -> doneOrAborted(call), others);
      boolean done = doneOrAborted(call);
      assertThat(other.get() || done).as("one of two calls at once is done").isTrue();
    }
    Object first = Patience.USUAL.call(call);
    for (int again = 0; again < times % 3; again++) {
      assertThat(Objects.equals(Patience.USUAL.call(call), first)).isTrue();
    }
  }

  private static boolean doneOrAborted(Supplier<?> call) {
    try {
      var unused = call.get();
      return true;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).as("%s", refused).isEqualTo(Code.ABORTED);
      return false;
    }
  }

  private void refused(Code code, Supplier<?> call) {
    try {
      var unused = call.get();
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).as("%s", refused).isEqualTo(code);
      return;
    }
    throw new AssertionError(this + " was not refused with " + code);
  }
}
