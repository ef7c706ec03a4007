package dev.spindle.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One operation for each volume at a time. */
@Timeout(30)
class InFlightTest {
  private final InFlight inFlight = new InFlight();

  @Test
  void aSecondOperationOnAVolumeIsRefusedAndOthersAreNot() throws Exception {
    inFlight.alone(
        InFlight.volume("n1/x"),
        () -> {
          assertThatThrownBy(() -> inFlight.alone(InFlight.volume("n1/x"), () -> 1))
              .isInstanceOf(StatusRuntimeException.class)
              .hasMessage("ABORTED: an operation on volume n1/x is already running");
          assertThat(inFlight.alone(InFlight.volume("n1/y"), () -> 2)).isEqualTo(2);
          assertThat(inFlight.alone(InFlight.name("n1/x"), () -> 3)).isEqualTo(3);
          return 0;
        });
  }

  @Test
  void aVolumeIsFreeAgainAfterItsOperationHoweverThatEnded() throws Exception {
    String key = InFlight.name("pvc-1");
    assertThat(inFlight.alone(key, () -> 1)).isEqualTo(1);
    assertThatThrownBy(
            () ->
                inFlight.alone(
                    key,
                    () -> {
                      throw new IOException("EIO");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(inFlight.alone(key, () -> 2)).isEqualTo(2);
  }

  @Test
  void ofEightThreadsOneGoesInAndSevenAreRefusedAtOnce() throws Exception {
    AtomicInteger in = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch sevenRefused = new CountDownLatch(7);
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                try {
                  inFlight.alone(
                      InFlight.volume("x"),
                      () -> {
                        in.incrementAndGet();
                        sevenRefused.await();
                        return 0;
                      });
                } catch (Exception aborted) {
                  refused.incrementAndGet();
                  sevenRefused.countDown();
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(in).hasValue(1);
    assertThat(refused).hasValue(7);
  }
}
