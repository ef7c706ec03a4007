package dev.spindle.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import csi.v1.ControllerGrpc.ControllerImplBase;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers see of what goes wrong, through a real server. */
class StatusTranslationTest {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @ParameterizedTest
  @MethodSource("everyKindOfTrouble")
  void whateverIsThrownHasACodeAndASentence(Throwable thrown, Code code, String sentence)
      throws IOException {
    try (Lines lines = new Lines(StatusTranslation.class)) {
      for (boolean caught : new boolean[] {true, false}) {
        Status seen = callThatThrows(thrown, caught).getStatus();
        assertThat(seen.getCode()).isEqualTo(code);
        assertThat(seen.getDescription()).isEqualTo(sentence);
      }
      assertThat(lines.records()).hasSizeLessThanOrEqualTo(2);
    }
  }

  static Stream<Arguments> everyKindOfTrouble() {
    return Stream.of(
        trouble(Failure.notFound("no volume x"), Code.NOT_FOUND, "no volume x"),
        trouble(new StatusException(Status.ABORTED.withDescription("now")), Code.ABORTED, "now"),
        trouble(
            Status.UNAVAILABLE.asRuntimeException(),
            Code.UNAVAILABLE,
            "the call ended with UNAVAILABLE"),
        trouble(
            Status.UNKNOWN.withCause(new IOException("read /dev/sdb: EIO")).asRuntimeException(),
            Code.INTERNAL,
            "read /dev/sdb: EIO"),
        trouble(
            Status.UNKNOWN.asRuntimeException(),
            Code.INTERNAL,
            "the call failed and did not say why"),
        trouble(new IOException("read /dev/sdb: EIO"), Code.INTERNAL, "read /dev/sdb: EIO"),
        trouble(new IOException(), Code.INTERNAL, "IOException without a message"),
        trouble(
            new NoSuchFileException("/dev/sdb"), Code.INTERNAL, "NoSuchFileException: /dev/sdb"),
        trouble(
            new UncheckedIOException(new IOException("write: EIO")), Code.INTERNAL, "write: EIO"),
        trouble(
            new CompletionException(Failure.aborted("still running")),
            Code.ABORTED,
            "still running"),
        trouble(new ExecutionException(new IOException("fsync: EIO")), Code.INTERNAL, "fsync: EIO"),
        trouble(
            new IllegalStateException("no volume in FREE"),
            Code.INTERNAL,
            "IllegalStateException: no volume in FREE"),
        trouble(
            new NullPointerException(), Code.INTERNAL, "NullPointerException without a message"),
        trouble(new AssertionError("never"), Code.INTERNAL, "AssertionError: never"));
  }

  private static Arguments trouble(Throwable thrown, Code code, String sentence) {
    return Arguments.of(thrown, code, sentence);
  }

  @Test
  void mistakesAreLoggedWithTheirStackTraceAndExpectedErrorsAreNot() throws IOException {
    IllegalStateException mistake = new IllegalStateException("x");
    try (Lines lines = new Lines(StatusTranslation.class)) {
      callThatThrows(Failure.notFound("no volume x"), true);
      callThatThrows(new IOException("read: EIO"), true);
      assertThat(lines.records()).isEmpty();
      callThatThrows(mistake, true);
      callThatThrows(mistake, false);
      assertThat(lines.records()).hasSize(2).allMatch(record -> record.getThrown() == mistake);
    }
  }

  @Test
  void detailsNeverLeave() throws IOException {
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, new byte[] {1, 2, 3});
    StatusRuntimeException seen =
        callThatThrows(
            Status.NOT_FOUND.withDescription("no volume x").asRuntimeException(trailers), false);
    assertThat(seen.getStatus().getDescription()).isEqualTo("no volume x");
    assertThat(seen.getTrailers() == null || !seen.getTrailers().containsKey(DETAILS)).isTrue();
  }

  @Test
  void aSentenceFitsIntoTheTrailersThatClientsTake() throws IOException {
    String seen =
        callThatThrows(Failure.notFound("\u00fc".repeat(50_000)), true).getStatus().toString();
    assertThat(Utf8.length(seen)).isLessThan(2_100);
  }

  @Test
  void anInterruptedCallIsUnavailableAndTheThreadStaysInterrupted() {
    Status seen = StatusTranslation.status(new InterruptedException());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(seen.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(seen.getDescription()).isNotBlank();
  }

  @Test
  void aCallThatIsNotServedIsUnimplementedWithASentence() throws IOException {
    try (Served served = new Served(new Thrower(() -> "", true))) {
      StatusRuntimeException seen =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> served.controller().listVolumes(ListVolumesRequest.getDefaultInstance()));
      assertThat(seen.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
      assertThat(seen.getStatus().getDescription()).containsIgnoringCase("ListVolumes");
    }
  }

  @Test
  void anAnswerGoesThroughAsItIs() throws IOException {
    try (Served served = new Served(new Thrower(() -> "", true))) {
      assertThat(served.controller().deleteVolume(DeleteVolumeRequest.getDefaultInstance()))
          .isEqualTo(DeleteVolumeResponse.getDefaultInstance());
    }
  }

  private static StatusRuntimeException callThatThrows(Throwable thrown, boolean caught)
      throws IOException {
    Callable<String> work =
        () -> {
          throw sneaky(thrown);
        };
    try (Served served = new Served(new Thrower(work, caught))) {
      return catchThrowableOfType(
          StatusRuntimeException.class,
          () -> served.controller().deleteVolume(DeleteVolumeRequest.getDefaultInstance()));
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** A service that does some work with {@link Unary}, or bare as somebody could forget. */
  private static final class Thrower extends ControllerImplBase {
    private final Callable<String> work;
    private final boolean caught;

    Thrower(Callable<String> work, boolean caught) {
      this.work = work;
      this.caught = caught;
    }

    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      Callable<DeleteVolumeResponse> answer =
          () -> {
            work.call();
            return DeleteVolumeResponse.getDefaultInstance();
          };
      if (caught) {
        Unary.answer(reply, answer);
        return;
      }
      try {
        reply.onNext(answer.call());
        reply.onCompleted();
      } catch (Exception thrown) {
        throw sneaky(thrown);
      }
    }

    @Override
    public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> reply) {
      super.listVolumes(request, reply);
    }
  }
}
