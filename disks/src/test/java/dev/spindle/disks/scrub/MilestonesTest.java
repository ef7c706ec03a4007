package dev.spindle.disks.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MilestonesTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private static DiskRecord at(int percent) throws IOException {
    ScrubbedDisk disk = new ScrubbedDisk(1004, 512, ScrubMethod.ZERO);
    return ScrubbedDisk.reading(disk.disk)
        .record()
        .scrubbing(
            new ScrubProgress(
                ScrubMethod.ZERO,
                percent * 10L * ScrubbedDisk.MIB,
                START,
                START.plusSeconds(10L * percent),
                ""));
  }

  @Test
  void eachTenthIsToldAndNoSmallerStep() throws IOException {
    Milestones milestones = new Milestones();
    long now = System.nanoTime();
    assertThat(milestones.line(at(1), now)).isEmpty();
    now += TimeUnit.SECONDS.toNanos(20);
    assertThat(milestones.line(at(9), now)).isEmpty();
    assertThat(milestones.line(at(10), now))
        .hasValue("is scrubbed to 10%: 100Mi of 1000Mi, 1Mi a second, 15 min 0 s left");
    assertThat(milestones.line(at(19), now)).isEmpty();
    now += TimeUnit.SECONDS.toNanos(9);
    assertThat(milestones.line(at(20), now)).as("too soon").isEmpty();
    now += TimeUnit.SECONDS.toNanos(2);
    assertThat(milestones.line(at(21), now)).isPresent();
  }

  @Test
  void aSlowScrubIsToldOfEveryTenMinutes() throws IOException {
    Milestones milestones = new Milestones();
    long now = System.nanoTime();
    int lines = 0;
    for (int minute = 0; minute < 60; minute++) {
      now += TimeUnit.MINUTES.toNanos(1);
      lines += milestones.line(at(1), now).isPresent() ? 1 : 0;
    }
    assertThat(lines).isEqualTo(6);
  }
}
