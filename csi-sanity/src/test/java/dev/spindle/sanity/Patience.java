package dev.spindle.sanity;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Says a call again while the answer is "not now", as kubelet and external-provisioner do.
 *
 * @param notNow the codes that mean it
 * @param atMost how long; then the last answer stands
 */
public record Patience(Set<Status.Code> notNow, Duration atMost) {
  /** For every call: the codes after which both of them try again (isFinalError, checkError). */
  public static final Patience USUAL =
      new Patience(Set.of(Status.Code.ABORTED, Status.Code.UNAVAILABLE), Duration.ofSeconds(60));

  /** For CreateVolume, which the scheduler tries again where there was no room. */
  public static final Patience FOR_ROOM =
      new Patience(
          Set.of(Status.Code.ABORTED, Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED),
          Duration.ofSeconds(30));

  private static final long PAUSE_MILLIS = 100;

  /** Calls until the answer is final. */
  public <T> T call(Supplier<T> call) throws InterruptedException {
    Instant late = Instant.now().plus(atMost);
    while (true) {
      try {
        return call.get();
      } catch (StatusRuntimeException failed) {
        if (!notNow.contains(failed.getStatus().getCode()) || Instant.now().isAfter(late)) {
          throw failed;
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
