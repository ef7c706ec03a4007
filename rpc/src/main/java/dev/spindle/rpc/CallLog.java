package dev.spindle.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs one line for each call, when it ends: {@code CreateVolume pvc-123 OK 12 ms}, and after a
 * failure its sentence. Of a request it takes the volume's id or name and nothing else, so no
 * secret and no mount flag can get into a log.
 */
public final class CallLog implements ServerInterceptor {
  /** Asked all the time by those who watch over us; worth a line only if they fail. */
  private static final Set<String> QUIET =
      Set.of(
          "Probe",
          "GetPluginInfo",
          "GetPluginCapabilities",
          "ControllerGetCapabilities",
          "NodeGetCapabilities");

  private static final int LONGEST_VOLUME = 160;
  private static final int LONGEST_SENTENCE = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Line line = new Line(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
    ServerCall<Q, R> logged =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            line.write(status);
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(logged, headers)) {
      @Override
      public void onMessage(Q request) {
        line.about(request);
        super.onMessage(request);
      }

      @Override
      public void onCancel() {
        line.write(Status.CANCELLED.withDescription("the caller has gone"));
        super.onCancel();
      }
    };
  }

  /** The volume that a request is about: its volume_id, or its name; empty if it has neither. */
  private static String volume(Object request) {
    if (!(request instanceof Message message)) {
      return "";
    }
    for (String name : new String[] {"volume_id", "name"}) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
      if (field != null && message.getField(field) instanceof String text && !text.isEmpty()) {
        return Utf8.cut(printable(text), LONGEST_VOLUME);
      }
    }
    return "";
  }

  /** A text that stays on its line, and cannot pretend to be another one. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints().map(CallLog::printable).forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private static int printable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          '?';
      default -> codePoint;
    };
  }

  /** The line of one call. */
  private static final class Line {
    private final String method;
    private final long start = System.nanoTime();
    private final AtomicBoolean written = new AtomicBoolean();
    private volatile String volume = "";

    Line(String method) {
      this.method = method;
    }

    void about(Object request) {
      volume = volume(request);
    }

    void write(Status status) {
      if (!written.compareAndSet(false, true)) {
        return;
      }
      Level level = status.isOk() && QUIET.contains(method) ? Level.DEBUG : Level.INFO;
      LOG.atLevel(level).log(() -> text(status));
    }

    private String text(Status status) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      StringBuilder text = new StringBuilder(method);
      if (!volume.isEmpty()) {
        text.append(' ').append(volume);
      }
      text.append(' ').append(status.getCode()).append(' ').append(millis).append(" ms");
      if (status.getCode() != Status.Code.CANCELLED && Context.current().isCancelled()) {
        text.append(", too late for the caller");
      }
      String sentence = status.getDescription();
      if (!status.isOk() && sentence != null) {
        text.append(": ").append(Utf8.cut(printable(sentence), LONGEST_SENTENCE));
      }
      return text.toString();
    }
  }
}
