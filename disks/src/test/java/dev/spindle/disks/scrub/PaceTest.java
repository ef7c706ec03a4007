package dev.spindle.disks.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PaceTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;

  @Test
  void aPieceIsAnEighthOfASecondAndWholeSectors() {
    assertThat(new Pace(0, () -> false).pieceBytes()).isEqualTo(16 * MIB);
    assertThat(new Pace(200 * MIB, () -> false).pieceBytes()).isEqualTo(16 * MIB);
    assertThat(new Pace(16 * MIB, () -> false).pieceBytes()).isEqualTo(2 * MIB);
    assertThat(new Pace(MIB, () -> false).pieceBytes()).isEqualTo(128 * KIB);
    assertThat(new Pace(1, () -> false).pieceBytes()).isEqualTo(64 * KIB);
    assertThat(new Pace(10_000_000, () -> false).pieceBytes() % (64 * KIB)).isZero();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void whoWaitsIsStoppedAtOnce() {
    AtomicInteger asked = new AtomicInteger();
    Pace pace = new Pace(1, () -> asked.incrementAndGet() > 3);
    pace.after(MIB, System.nanoTime());
    assertThat(asked).hasValue(4);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void withoutALimitNobodyWaits() {
    Pace pace = new Pace(0, () -> false);
    pace.after(Long.MAX_VALUE, System.nanoTime());
    assertThat(pace.stopping()).isFalse();
  }
}
