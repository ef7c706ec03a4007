package dev.spindle.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about errors of the kernel by name. */
public final class KernelErrors {
  private KernelErrors() {}

  /** Asserts that a call fails with one errno. */
  public static void assertFailsWith(Errno errno, ThrowingCallable call) {
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
  }
}
