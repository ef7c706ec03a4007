package dev.spindle.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Hears of every call once, when it ends: answered, refused, or left by its caller. */
abstract class AfterEachCall implements ServerInterceptor {
  /**
   * A call that has ended.
   *
   * @param method its bare name, as CreateVolume
   * @param request null if the caller left before sending one
   * @param took from its arrival to its end
   */
  record EndedCall(String method, @Nullable Object request, Status status, Duration took) {}

  /** Called once for each call, on a thread of the call. */
  abstract void ended(EndedCall call);

  @Override
  public final <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Watched watched = new Watched(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
    ServerCall<Q, R> forwarded =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            watched.end(status);
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(forwarded, headers)) {
      @Override
      public void onMessage(Q request) {
        watched.request = request;
        super.onMessage(request);
      }

      @Override
      public void onCancel() {
        watched.end(Status.CANCELLED.withDescription("the caller has gone"));
        super.onCancel();
      }
    };
  }

  /** A call that runs. */
  private final class Watched {
    private final String method;
    private final long start = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Object request;

    Watched(String method) {
      this.method = method;
    }

    void end(Status status) {
      if (ended.compareAndSet(false, true)) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        ended(new EndedCall(method, request, status, took));
      }
    }
  }
}
