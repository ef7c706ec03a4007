package dev.spindle.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DriverLockTest {
  private static final String NAME = "lock-test.spindle.dev";

  /** Another process that takes the lock: ends with 0 if it got it, else with 1. */
  static final class Rival {
    private Rival() {}

    /** Takes the lock of the name given. */
    public static void main(String[] arguments) throws IOException {
      DriverLock.take(arguments[0]).close();
    }
  }

  @Test
  void oneProcessTakesItOnce() throws IOException {
    try (DriverLock held = DriverLock.take(NAME)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> DriverLock.take(NAME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(NAME);
    }
    DriverLock.take(NAME).close();
  }

  @Test
  void anotherProcessIsRefusedUntilItIsGivenUp() throws Exception {
    try (DriverLock held = DriverLock.take(NAME)) {
      assertThat(held).isNotNull();
      assertThat(rival(NAME)).isEqualTo(1);
      assertThat(rival("other." + NAME)).isZero();
    }
    assertThat(rival(NAME)).isZero();
  }

  @Test
  void theOffsetLeavesRoomForOneByte() {
    for (int i = 0; i < 1000; i++) {
      assertThat(DriverLock.offset("driver" + i)).isBetween(0L, Long.MAX_VALUE / 2);
    }
  }

  private static int rival(String name) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Rival.class.getName(),
                name)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
