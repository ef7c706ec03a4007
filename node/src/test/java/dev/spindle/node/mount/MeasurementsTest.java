package dev.spindle.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class MeasurementsTest {
  private static final Measured ANSWER = new Measured.Device(1);

  private final Measurements measurements = new Measurements(Duration.ofMillis(200));

  @Test
  void aVolumeThatDoesNotAnswerIsAskedOnceAndHoldsUpNoOther() throws Exception {
    CountDownLatch disk = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    for (int again = 0; again < 100; again++) {
      Measured measured =
          measurements.measure(
              "dead",
              () -> {
                asked.incrementAndGet();
                disk.await();
                return ANSWER;
              });
      assertThat(measured)
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> {
                assertThat(refused.kind()).isEqualTo(Refused.Kind.NOT_NOW);
                assertThat(refused.why()).contains("dead", "has not answered since");
              });
    }
    assertThat(asked).hasValue(1);
    assertThat(measurements.measure("alive", () -> ANSWER)).isEqualTo(ANSWER);

    disk.countDown();
    while (!measurements.measure("dead", () -> ANSWER).equals(ANSWER)) {
      Thread.sleep(1);
    }
  }

  @Test
  void callsForOneVolumeWaitForOneAnotherAndEachHasItsOwnAnswer() {
    Measurements patient = new Measurements(Duration.ofSeconds(30));
    List<CompletableFuture<Measured>> calls = new ArrayList<>();
    for (int call = 0; call < 8; call++) {
      Measured answer = new Measured.Device(call);
      calls.add(
          CompletableFuture.supplyAsync(
              () ->
                  patient.measure(
                      "volume",
                      () -> {
                        Thread.sleep(5);
                        return answer;
                      })));
    }
    for (int call = 0; call < calls.size(); call++) {
      assertThat(calls.get(call).join()).isEqualTo(new Measured.Device(call));
    }
  }

  @Test
  void aMistakeIsNotSwallowedAndTheNextCallIsAnswered() {
    assertThatThrownBy(
            () ->
                measurements.measure(
                    "volume",
                    () -> {
                      throw new IllegalArgumentException("a mistake");
                    }))
        .hasRootCauseMessage("a mistake");
    assertThat(measurements.measure("volume", () -> ANSWER)).isEqualTo(ANSWER);
  }
}
