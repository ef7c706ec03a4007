package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.Proof;
import dev.spindle.linux.testing.RequireRoot;
import dev.spindle.sanity.watch.Faults;
import dev.spindle.sanity.watch.Step;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Lets every call that an RPC makes to the kernel fail once, on a real disk: the RPC answers with a
 * code that its caller takes for "again" or "elsewhere", never with OK for what was not done, and
 * the next one does it. Of equal calls in a row the first and the last fail: in one way, or with
 * {@code -Ddeep=true} in both.
 */
@RequireRoot
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class FaultAtEveryCallTest {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 20 * MIB;

  /** Of so many calls one fails in each way. */
  private static final int ONE_OF = Proof.deep() ? 1 : 2;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  private final Faults faults = new Faults();
  private int tried;

  /** What an RPC must have brought about if it says OK. */
  @FunctionalInterface
  private interface Promise {
    /** Fails if it has not. */
    void check() throws IOException;
  }

  @Test
  void noAnswerPromisesWhatWasNotDone() throws Exception {
    for (String kind : List.of("ext4", Wish.BLOCK)) {
      LoopDisk disk = loops.create(DISK_BYTES, 512);
      Site site = Site.of(List.of(disk), loops.folder("csi-" + kind));
      try (Life life = new Life(kind, disk, site)) {
        life.all();
      }
    }
    Proof.count("fault points on real devices", tried, 300 / ONE_OF);
  }

  /** A volume that goes through all its calls once for each of the calls that they make. */
  private final class Life implements AutoCloseable {
    private final LoopDisk disk;
    private final Site site;
    private final Tenant tenant;
    private LocalDriver driver;

    Life(String kind, LoopDisk disk, Site site) throws IOException, InterruptedException {
      this.disk = disk;
      this.site = site;
      this.tenant =
          new Tenant(new Wish("pvc-" + kind, kind, DISK_BYTES - 4 * MIB), site.directory());
      this.driver = LocalDriver.start(site, faults);
    }

    void all() throws Exception {
      create();
      delete();
      eachPoint(
          "CreateVolume",
          Set.of(Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE),
          () -> tenant.create(driver.client()),
          () -> assertState(State.CLAIMED),
          this::delete);
      create();
      eachPoint(
          "NodeStageVolume",
          Set.of(Code.UNAVAILABLE, Code.ABORTED, Code.INTERNAL),
          () -> tenant.stage(driver.client()),
          () -> assertStaged(),
          () -> {
            driver.untilOk(() -> tenant.unstage(driver.client()));
            delete();
            create();
          });
      driver.untilOk(() -> tenant.stage(driver.client()));
      eachPoint(
          "NodePublishVolume",
          Set.of(Code.UNAVAILABLE, Code.ABORTED, Code.INTERNAL),
          () -> tenant.publish(driver.client(), 0),
          () -> assertThat(mounts()).contains(tenant.target(0)),
          () -> driver.untilOk(() -> tenant.unpublish(driver.client(), 0)));
      driver.untilOk(() -> tenant.publish(driver.client(), 0));
      eachPoint(
          "NodeUnpublishVolume",
          Set.of(Code.UNAVAILABLE, Code.ABORTED),
          () -> tenant.unpublish(driver.client(), 0),
          () -> assertThat(mounts()).doesNotContain(tenant.target(0)),
          () -> driver.untilOk(() -> tenant.publish(driver.client(), 0)));
      driver.untilOk(() -> tenant.unpublish(driver.client(), 0));
      eachPoint(
          "NodeUnstageVolume",
          Set.of(Code.UNAVAILABLE, Code.ABORTED),
          () -> tenant.unstage(driver.client()),
          () -> assertThat(mounts()).isEmpty(),
          () -> driver.untilOk(() -> tenant.stage(driver.client())));
      driver.untilOk(() -> tenant.unstage(driver.client()));
      eachPoint(
          "DeleteVolume",
          Set.of(Code.UNAVAILABLE, Code.INTERNAL),
          () -> tenant.delete(driver.client()),
          () -> assertThat(state()).isIn(State.SCRUBBING, State.FREE),
          () -> {
            awaitFree();
            create();
          });
      delete();
      tenant.leave();
    }

    /**
     * Makes a call once for each point at which it can fail.
     *
     * @param codes what it may answer beside OK
     * @param promise what it brings about
     * @param back undoes it
     */
    private void eachPoint(String name, Set<Code> codes, Runnable call, Promise promise, Undo back)
        throws Exception {
      faults.pass();
      driver.look();
      call.run();
      List<Integer> points = points(faults.steps());
      back.undo();
      System.out.printf("%s: %d points%n", name, points.size());
      for (Errno errno : List.of(Errno.EIO, Errno.ENODEV)) {
        int first = errno == Errno.EIO ? 0 : ONE_OF - 1;
        for (int index = first; index < points.size(); index += ONE_OF) {
          int point = points.get(index);
          faults.fail(point, errno);
          Status answer =
              LocalDriver.answer(
                  () -> {
                    call.run();
                    return name;
                  });
          String what = name + ", call " + point + ", " + errno + ": " + answer;
          List<Step> made = faults.steps();
          boolean happened = faults.happened();
          faults.pass();
          try {
            if (answer.isOk()) {
              promise.check();
            } else {
              assertThat(answer.getCode()).isIn(codes);
              assertThat(answer.getDescription())
                  .as("names the disk, or what of the kernel's or the caller's failed")
                  .containsAnyOf(
                      disk.name(),
                      "/proc/self/mountinfo",
                      tenant.target(0).toString(),
                      tenant.staging().toString());
            }
            driver.untilOk(
                () -> {
                  call.run();
                  return name;
                });
            promise.check();
            back.undo();
          } catch (Exception | AssertionError wrong) {
            throw new AssertionError(what + " after " + made, wrong);
          }
          tried += happened ? 1 : 0;
        }
      }
    }

    private void create() throws Exception {
      driver.untilOk(() -> tenant.create(driver.client()));
    }

    private void delete() throws Exception {
      driver.untilOk(() -> tenant.delete(driver.client()));
      awaitFree();
    }

    /** A scrub that failed is not tried again so soon, but by another driver. */
    private void awaitFree() throws Exception {
      if (state() != State.FREE) {
        driver.close();
        driver = LocalDriver.start(site, faults);
      }
      while (state() != State.FREE) {
        Thread.sleep(10);
      }
      driver.look();
    }

    private List<Path> mounts() throws IOException {
      return Mounted.below(site.directory());
    }

    private void assertStaged() throws IOException {
      assertThat(mounts()).hasSize(1);
      assertState(tenant.wish().block() ? State.CLAIMED : State.FORMATTED);
    }

    private void assertState(State state) throws IOException {
      assertThat(read())
          .isInstanceOfSatisfying(
              Reading.Joined.class,
              joined -> {
                assertThat(joined.record().state()).isEqualTo(state);
                assertThat(joined.slotsAgree()).as("both slots say so").isTrue();
              });
    }

    private State state() throws IOException {
      return ((Reading.Joined) read()).record().state();
    }

    private Reading read() throws IOException {
      try (BlockDevice open = new NativeLinux().blockDevices().open(disk.node(), Access.READ)) {
        return Ledger.read(open);
      }
    }

    @Override
    public void close() {
      driver.close();
    }
  }

  /** Undoes a call. */
  @FunctionalInterface
  private interface Undo {
    /** Does it. */
    void undo() throws Exception;
  }

  /** The number of each call; of equal ones in a row the first and the last. */
  private static List<Integer> points(List<Step> steps) {
    List<Integer> points = new ArrayList<>();
    for (int index = 0; index < steps.size(); index++) {
      boolean first = index == 0 || !steps.get(index - 1).equals(steps.get(index));
      boolean last = index == steps.size() - 1 || !steps.get(index + 1).equals(steps.get(index));
      if (first || last) {
        points.add(index + 1);
      }
    }
    return points;
  }
}
