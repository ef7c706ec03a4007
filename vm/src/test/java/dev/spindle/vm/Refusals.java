package dev.spindle.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about calls that are refused. */
final class Refusals {
  private Refusals() {}

  /**
   * Asserts that a call is refused each time, and soon with this code: what happened to a disk is
   * seen when the driver looks again.
   */
  static void awaitRefused(ThrowingCallable call, Code code, String... words)
      throws InterruptedException {
    Instant late = Instant.now().plus(Duration.ofMinutes(5));
    while (Instant.now().isBefore(late)) {
      Throwable refused = catchThrowable(call);
      assertThat(refused).isInstanceOf(StatusRuntimeException.class);
      if (((StatusRuntimeException) refused).getStatus().getCode() == code) {
        break;
      }
      Thread.sleep(200);
    }
    assertRefused(call, code, words);
  }

  /** Asserts code and words of a refusal, and returns the whole sentence. */
  static String assertRefused(ThrowingCallable call, Code code, String... words) {
    StringBuilder sentence = new StringBuilder();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> {
              assertThat(refused.getStatus().getCode()).as("%s", refused).isEqualTo(code);
              assertThat(refused.getStatus().getDescription()).contains(words);
              sentence.append(refused.getStatus().getDescription());
            });
    return sentence.toString();
  }
}
