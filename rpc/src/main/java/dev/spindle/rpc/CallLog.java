package dev.spindle.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs one line for each call, when it ends: {@code CreateVolume pvc-123 OK 12 ms}, and after a
 * failure its sentence. Of a request it takes the volume's id or name and nothing else, so no
 * secret and no mount flag can get into a log.
 */
public final class CallLog extends AfterEachCall {
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
  void ended(EndedCall call) {
    Status status = call.status();
    Level level = status.isOk() && QUIET.contains(call.method()) ? Level.DEBUG : Level.INFO;
    LOG.atLevel(level).log(() -> text(call));
  }

  private static String text(EndedCall call) {
    StringBuilder text = new StringBuilder(call.method());
    String volume = volume(call.request());
    if (!volume.isEmpty()) {
      text.append(' ').append(volume);
    }
    Status status = call.status();
    text.append(' ').append(status.getCode());
    text.append(' ').append(call.took().toMillis()).append(" ms");
    if (status.getCode() != Status.Code.CANCELLED && Context.current().isCancelled()) {
      text.append(", too late for the caller");
    }
    String sentence = status.getDescription();
    if (!status.isOk() && sentence != null) {
      text.append(": ").append(Utf8.cut(printable(sentence), LONGEST_SENTENCE));
    }
    return text.toString();
  }

  /** The volume that a request is about: its volume_id, or its name; empty if it has neither. */
  private static String volume(@Nullable Object request) {
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
}
