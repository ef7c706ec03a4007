package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import dev.spindle.sanity.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Three volumes on three disks, of which at any time one is being claimed, one formatted and one
 * erased, so that each power cut hits all three. Afterwards each call is said again and must come
 * to its end.
 */
final class Cuts implements AutoCloseable {
  private final Random random;
  private final Cut cut;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<GuestVolume> volumes = new ArrayList<>();
  private GuestDriver driver;
  private Guest guest;
  private int hits;
  private long longestMillis;

  /** Takes the power away and gives it back. */
  interface Cut {
    /** Returns the driver that runs afterwards, and where. */
    GuestDriver andStartAnew(GuestDriver driver) throws Exception;
  }

  /** One of the calls that can be cut off. */
  private enum Step {
    CLAIM,
    FORMAT,
    ERASE
  }

  Cuts(GuestDriver driver, long seed, Cut cut) {
    this.driver = driver;
    this.guest = driver.guest();
    this.random = new Random(seed);
    this.cut = cut;
    for (int index = 0; index < 3; index++) {
      Wish wish = new Wish("pvc-" + index, "ext4", Lab.SMALL_VOLUME_BYTES + index * Lab.MIB);
      volumes.add(new GuestVolume(guest, wish));
    }
  }

  /**
   * Goes through so many cuts.
   *
   * @return how many calls they hit
   */
  int go(int cuts) throws Exception {
    volumes.get(1).create(driver.client());
    volumes.get(2).create(driver.client());
    Instant begin = Instant.now();
    fill(volumes.get(2));
    longestMillis = Duration.between(begin, Instant.now()).toMillis();
    for (int round = 0; round < cuts; round++) {
      cutOnce(round);
    }
    return hits;
  }

  private void cutOnce(int round) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int index = 0; index < volumes.size(); index++) {
      GuestVolume volume = volumes.get(index);
      Step step = step(index, round);
      running.add(threads.submit(attempt(() -> once(volume, step))));
    }
    Thread.sleep(random.nextInt((int) longestMillis));
    driver = cut.andStartAnew(driver);
    guest = driver.guest();
    for (Future<?> call : running) {
      call.get();
    }
    volumes.replaceAll(volume -> volume.in(guest));
    assertNothingEligibleHoldsData();
    for (int index = 0; index < volumes.size(); index++) {
      finish(volumes.get(index), step(index, round));
      hits++;
    }
  }

  private static Step step(int index, int round) {
    return Step.values()[(index + round) % 3];
  }

  /** What comes of it does not matter: its answer may have been lost with the power. */
  private static Callable<Boolean> attempt(Callable<?> call) {
    return () -> {
      try {
        call.call();
        return true;
      } catch (Exception lost) {
        return false;
      }
    };
  }

  private Object once(GuestVolume volume, Step step) throws Exception {
    return switch (step) {
      case CLAIM -> driver.client().create(volume.wish());
      case FORMAT -> {
        guest.run("mkdir -p " + volume.staging());
        yield driver.client().stage(volume.id(), volume.wish(), volume.staging());
      }
      case ERASE -> driver.client().delete(volume.id());
    };
  }

  /** Says the call again, to its end, and leaves the volume ready for the step that follows. */
  private void finish(GuestVolume volume, Step step) throws Exception {
    switch (step) {
      case CLAIM -> volume.create(driver.client());
      case FORMAT -> fill(volume);
      case ERASE -> volume.delete(driver.client());
    }
    List<String> ids =
        ControllerGrpc.newBlockingStub(driver.channel())
            .listVolumes(csi.v1.ListVolumesRequest.getDefaultInstance())
            .getEntriesList()
            .stream()
            .map(entry -> entry.getVolume().getVolumeId())
            .toList();
    assertThat(ids).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(volumes.size());
    if (step != Step.ERASE) {
      assertThat(ids).contains(volume.id());
    } else {
      assertThat(ids).doesNotContain(volume.id());
    }
  }

  private void fill(GuestVolume volume) throws Exception {
    volume.use(driver.client());
    volume.write();
    volume.verify();
    volume.leave(driver.client());
  }

  /** Rule R8: a disk that is offered holds nobody's data. */
  private void assertNothingEligibleHoldsData() throws Exception {
    for (GuestDriver.Line disk : driver.disks()) {
      if (disk.verdict().equals("eligible")) {
        long bytes = Long.parseLong(guest.run("cat /sys/block/" + disk.name() + "/size")) << 9;
        driver.assertErased("/dev/" + disk.name(), bytes - 4 * Lab.MIB);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
