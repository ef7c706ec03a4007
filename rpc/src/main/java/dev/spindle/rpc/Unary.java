package dev.spindle.rpc;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;

/** Answers calls that have one request and one response. */
public final class Unary {
  private Unary() {}

  /**
   * Answers with what the work returns, or with the status of what it throws: a status exception as
   * it is, anything else as {@link StatusTranslation} has it.
   */
  public static <T> void answer(StreamObserver<T> reply, Callable<T> work) {
    T response;
    try {
      response = work.call();
    } catch (Throwable thrown) {
      reply.onError(StatusTranslation.status(thrown).asRuntimeException());
      return;
    }
    reply.onNext(response);
    reply.onCompleted();
  }
}
