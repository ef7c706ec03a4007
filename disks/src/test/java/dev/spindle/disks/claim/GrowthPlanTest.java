package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrowthPlanTest {
  /** Sizes in MiB: a disk of 100 has a volume of 96. */
  @ParameterizedTest
  @CsvSource({
    // disk now, required, limit, answer
    "100,   0,   0, keep",
    "100,   1,   0, keep",
    "100,  96,   0, keep",
    "100,  97,   0, refuse",
    "100,   0,  96, keep",
    "100,   0,  95, refuse",
    "100,  10,  20, refuse",
    "200,   0,   0, grow",
    "200,  96,   0, keep",
    "200,  97,   0, grow",
    "200, 196,   0, grow",
    "200, 197,   0, refuse",
    "200,  97, 196, grow",
    "200,  97, 195, refuse",
    "200,  96,  96, keep",
    "200,   0, 100, keep",
    "200,   0,  95, refuse"
  })
  void aVolumeTakesAllOfItsDiskOrStaysAsItIs(long disk, long required, long limit, String answer) {
    Geometry now = Geometry.of(512, 100 * Geometry.MIB);
    SizeRange wanted = new SizeRange(required * Geometry.MIB, limit * Geometry.MIB);
    GrowthPlan plan = GrowthPlan.decide(now, disk * Geometry.MIB, wanted);
    switch (answer) {
      case "keep" -> assertThat(plan).isEqualTo(new GrowthPlan.Keep());
      case "grow" ->
          assertThat(plan).isEqualTo(new GrowthPlan.Grow(Geometry.of(512, disk * Geometry.MIB)));
      default -> assertThat(plan).isInstanceOf(GrowthPlan.Refuse.class);
    }
  }

  @Test
  void whoAsksForTooMuchIsToldHowMuchThereIs() {
    Geometry now = Geometry.of(512, 100 * Geometry.MIB);
    SizeRange wanted = new SizeRange(1L << 40, 0);
    GrowthPlan plan = GrowthPlan.decide(now, 200 * Geometry.MIB, wanted);
    assertThat(((GrowthPlan.Refuse) plan).why()).contains("room for 205520896 bytes (196");
  }
}
