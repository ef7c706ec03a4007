package dev.spindle.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Makes the errors that a call is answered with. Each has a sentence, since every CSI error must
 * have one (CSI spec, Error Scheme).
 */
public final class Failure {
  private Failure() {}

  /**
   * INVALID_ARGUMENT: {@code invalid("volume_id", "is missing")} says "volume_id is missing".
   *
   * @param field as csi.proto spells it
   * @param predicate what is wrong with it; never a mount flag or a secret
   */
  public static StatusRuntimeException invalid(String field, String predicate) {
    return of(Status.INVALID_ARGUMENT, field + " " + predicate);
  }

  /** NOT_FOUND: there is no such volume. */
  public static StatusRuntimeException notFound(String sentence) {
    return of(Status.NOT_FOUND, sentence);
  }

  /** ALREADY_EXISTS: the name or place is taken by something else than what was asked for. */
  public static StatusRuntimeException alreadyExists(String sentence) {
    return of(Status.ALREADY_EXISTS, sentence);
  }

  /**
   * RESOURCE_EXHAUSTED: not on this node. The one code that makes external-provisioner ask the
   * scheduler for another node.
   */
  public static StatusRuntimeException exhausted(String sentence) {
    return of(Status.RESOURCE_EXHAUSTED, sentence);
  }

  /** FAILED_PRECONDITION: something else has to happen first. */
  public static StatusRuntimeException precondition(String sentence) {
    return of(Status.FAILED_PRECONDITION, sentence);
  }

  /** OUT_OF_RANGE: a size that cannot be had here; callers ask for another one. */
  public static StatusRuntimeException outOfRange(String sentence) {
    return of(Status.OUT_OF_RANGE, sentence);
  }

  /**
   * ABORTED: it runs already, or is left half done; callers take it for "maybe running" and ask
   * again.
   */
  public static StatusRuntimeException aborted(String sentence) {
    return of(Status.ABORTED, sentence);
  }

  /** UNAVAILABLE: it cannot be told now; callers ask again and keep what they have. */
  public static StatusRuntimeException unavailable(String sentence) {
    return of(Status.UNAVAILABLE, sentence);
  }

  /** UNIMPLEMENTED: this driver does not offer the call, as it runs. */
  public static StatusRuntimeException unimplemented(String sentence) {
    return of(Status.UNIMPLEMENTED, sentence);
  }

  private static StatusRuntimeException of(Status code, String sentence) {
    return code.withDescription(sentence).asRuntimeException();
  }
}
