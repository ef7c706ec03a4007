package dev.spindle.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where what was thrown becomes a status. Every error that leaves has a code that CSI
 * knows, a sentence, and no details (CSI spec, Error Scheme); left to itself, gRPC answers an
 * exception with a bare UNKNOWN.
 *
 * <p>As an interceptor it sees what no handler has caught. {@link CallLog} belongs around it, so
 * that the log has what the caller gets.
 */
public final class StatusTranslation implements ServerInterceptor {
  /**
   * Longest sentence, bytes. Trailers are percent-encoded, up to three bytes for one, and some
   * clients take 8 KiB of them at most.
   */
  private static final int LONGEST_SENTENCE = 2_000;

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final Logger LOG = LoggerFactory.getLogger(StatusTranslation.class);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Translated<Q, R> translated = new Translated<>(call);
    try {
      return new Guarded<>(next.startCall(translated, headers), translated);
    } catch (Throwable thrown) {
      translated.fail(thrown);
      return new ServerCall.Listener<>() {};
    }
  }

  /**
   * The status of what was thrown. A status keeps its code; a failed system call is INTERNAL with
   * its own sentence; an interruption, which only a stopping driver does, is UNAVAILABLE; the rest
   * are mistakes of ours, INTERNAL, and logged with where they happened.
   */
  static Status status(Throwable thrown) {
    if (thrown instanceof StatusRuntimeException known) {
      return complete(known.getStatus());
    }
    if (thrown instanceof StatusException known) {
      return complete(known.getStatus());
    }
    Throwable cause = thrown.getCause();
    if (cause != null && wraps(thrown)) {
      return status(cause);
    }
    if (thrown instanceof IOException failed) {
      return complete(Status.INTERNAL.withDescription(sentence(failed)));
    }
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return Status.UNAVAILABLE.withDescription("the driver is stopping");
    }
    LOG.error("a call failed in a way that nobody foresaw", thrown);
    return complete(Status.INTERNAL.withDescription(named(thrown)));
  }

  /** The same status with a sentence, if it is an error; not too long, and never UNKNOWN. */
  private static Status complete(Status status) {
    if (status.isOk()) {
      return status;
    }
    if (status.getCode() == Status.Code.UNKNOWN) {
      Throwable cause = status.getCause();
      return cause != null && status.getDescription() == null
          ? status(cause)
          : Status.INTERNAL.withDescription(
              described(status.getDescription(), "the call failed and did not say why"));
    }
    return status.withDescription(
        described(status.getDescription(), "the call ended with " + status.getCode()));
  }

  private static String described(@Nullable String description, String otherwise) {
    return description == null || description.isBlank()
        ? otherwise
        : Utf8.cut(description, LONGEST_SENTENCE);
  }

  private static boolean wraps(Throwable thrown) {
    return thrown instanceof UncheckedIOException
        || thrown instanceof CompletionException
        || thrown instanceof ExecutionException;
  }

  /** What a failed system call says of itself; the JDK's own exceptions often hold only a path. */
  public static String sentence(IOException failed) {
    String message = failed.getMessage();
    boolean bare = failed instanceof FileSystemException file && file.getReason() == null;
    return message == null || message.isBlank() || bare ? named(failed) : message;
  }

  private static String named(Throwable thrown) {
    String message = thrown.getMessage();
    String type = thrown.getClass().getSimpleName();
    return message == null || message.isBlank()
        ? type + " without a message"
        : type + ": " + message;
  }

  /** A call whose status is translated on its way out. */
  private static final class Translated<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private volatile boolean closed;

    Translated(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
      trailers.discardAll(DETAILS);
      super.close(complete(status), trailers);
    }

    /** Ends the call with what was thrown, unless it has ended: then there is nobody to tell. */
    void fail(Throwable thrown) {
      Status status = status(thrown);
      if (!closed) {
        close(status, new Metadata());
      }
    }
  }

  /** Catches what a handler throws. */
  private static final class Guarded<Q, R> extends SimpleForwardingServerCallListener<Q> {
    private final Translated<Q, R> call;

    Guarded(ServerCall.Listener<Q> listener, Translated<Q, R> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    @Override
    public void onCancel() {
      guard(super::onCancel);
    }

    @Override
    public void onComplete() {
      guard(super::onComplete);
    }

    private void guard(Runnable event) {
      try {
        event.run();
      } catch (Throwable thrown) {
        call.fail(thrown);
      }
    }
  }
}
