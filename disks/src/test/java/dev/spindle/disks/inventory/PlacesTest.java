package dev.spindle.disks.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PlacesTest {
  private static final int DISKS = 5 * Places.COUNT;

  private final Places places = new Places();

  @Test
  void noMoreDisksThanThereArePlacesAreReadAtOnce() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService readers = Executors.newCachedThreadPool();
    try {
      List<Future<?>> looks = new ArrayList<>();
      for (int i = 0; i < DISKS; i++) {
        looks.add(
            readers.submit(
                () -> {
                  Places.Place place = places.take(new Pulse());
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  Thread.sleep(2);
                  now.decrementAndGet();
                  place.leave();
                  return null;
                }));
      }
      for (Future<?> look : looks) {
        look.get();
      }
    } finally {
      readers.shutdownNow();
    }
    assertThat(most).hasValueLessThanOrEqualTo(Places.COUNT);
  }

  @Test
  void disksThatNeverAnswerDoNotKeepOthersFromBeingRead() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ExecutorService readers = Executors.newCachedThreadPool();
    try {
      CountDownLatch hung = new CountDownLatch(Places.COUNT);
      for (int i = 0; i < Places.COUNT; i++) {
        var unused =
            readers.submit(
                () -> {
                  Places.Place place = places.take(new Pulse());
                  hung.countDown();
                  never.await();
                  return place;
                });
      }
      hung.await();
      Pulse pulse = new Pulse();
      places.take(pulse).leave();
      assertThat(pulse.silent()).isFalse();
    } finally {
      readers.shutdownNow();
    }
  }
}
