package dev.spindle.driver.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class VolumesListingTest {
  private static final List<VolumeLine> VOLUMES =
      VolumeLine.of(
          List.of(
              Samples.eligible("sda", 1L << 40),
              Samples.ours("sdb", State.FORMATTED),
              Samples.ours("sdc", State.CLAIMED),
              Samples.ours("sdd", State.CLAIMED, null),
              Samples.ours("sde", State.SCRUBBING),
              Samples.unreadable("sdf")));

  @Test
  void aTableSaysWhatBecameOfEachVolume() {
    String id = "node-a/" + Samples.VOLUME;
    List<String> lines =
        VolumesTable.print(VOLUMES, Samples.CREATED.plus(Duration.ofDays(2))).lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(0)).startsWith("VOLUME").endsWith("NOTE");
    assertThat(lines.get(1)).startsWith(id + "  shop/orders  sdb").endsWith("ext4   formatted  2d");
    assertThat(lines.get(2)).contains("claimed").endsWith("never staged");
    assertThat(lines.get(3)).contains("block").contains("claimed").endsWith("2d");
    assertThat(lines.get(4)).contains("scrubbing").endsWith("erased 50%; stopped");
    assertThat(lines.get(5).strip()).startsWith("ScrubFailing: it is being scrubbed");
  }

  @Test
  void jsonHasTheSame() {
    JsonArray volumes = JsonParser.parseString(VolumesJson.print(VOLUMES)).getAsJsonArray();
    assertThat(volumes).hasSize(4);
    JsonObject staged = volumes.get(0).getAsJsonObject();
    assertThat(staged.get("pvcNamespace").getAsString()).isEqualTo("shop");
    assertThat(staged.get("pvcName").getAsString()).isEqualTo("orders");
    assertThat(staged.get("neverStaged").getAsBoolean()).isFalse();
    assertThat(staged.get("scrub").isJsonNull()).isTrue();
    assertThat(staged.getAsJsonArray("health")).isEmpty();
    assertThat(volumes.get(1).getAsJsonObject().get("neverStaged").getAsBoolean()).isTrue();
    assertThat(volumes.get(2).getAsJsonObject().get("filesystem").isJsonNull()).isTrue();
    JsonObject scrub = volumes.get(3).getAsJsonObject().getAsJsonObject("scrub");
    assertThat(scrub.get("bytesDone").getAsLong() * 2).isEqualTo(scrub.get("bytes").getAsLong());
    assertThat(scrub.get("lastError").getAsString()).isEqualTo("EIO at byte 5");
    JsonObject ailment =
        volumes.get(3).getAsJsonObject().getAsJsonArray("health").get(0).getAsJsonObject();
    assertThat(ailment.get("reason").getAsString()).isEqualTo("ScrubFailing");
    assertThat(ailment.get("severity").getAsString()).isEqualTo("degraded");
    assertThat(ailment.get("message").getAsString()).contains("EIO at byte 5");
  }

  @Test
  void aScrubThatGoesOnHasARateAndATime() {
    Instant updated = Samples.CREATED.plusSeconds(1024);
    DiskRecord scrubbing = Samples.scrubbing(512L << 30, updated, "");
    assertThat(Listed.progress(scrubbing, updated.plusSeconds(5)))
        .isEqualTo("erased 50%, 512Mi/s, 17m left");
    assertThat(Listed.progress(scrubbing, updated.plusSeconds(600)))
        .isEqualTo("erased 50%; no progress for 10m");
    assertThat(Listed.progress(Samples.scrubbing(0, Samples.CREATED, ""), Samples.CREATED))
        .isEqualTo("erased 0%");
    assertThat(Listed.progress(Samples.scrubbing(1 << 30, updated, "EIO"), updated))
        .isEqualTo("erased 0%; stopped");
    JsonObject scrub = json(scrubbing);
    assertThat(scrub.get("bytesPerSecond").getAsLong()).isEqualTo(512 << 20);
    assertThat(scrub.get("secondsRemaining").getAsLong()).isEqualTo(1024);
    assertThat(json(Samples.scrubbing(0, Samples.CREATED, "")).get("bytesPerSecond").isJsonNull())
        .isTrue();
  }

  private static JsonObject json(DiskRecord record) {
    VolumeLine line =
        new VolumeLine("sda", record, Objects.requireNonNull(record.claim()), List.of());
    return JsonParser.parseString(VolumesJson.print(List.of(line)))
        .getAsJsonArray()
        .get(0)
        .getAsJsonObject()
        .getAsJsonObject("scrub");
  }

  @Test
  void agesAreShort() {
    assertThat(Age.of(Duration.ofSeconds(119))).isEqualTo("119s");
    assertThat(Age.of(Duration.ofMinutes(2))).isEqualTo("2m");
    assertThat(Age.of(Duration.ofHours(3))).isEqualTo("3h");
    assertThat(Age.of(Duration.ofDays(2))).isEqualTo("2d");
    assertThat(Age.of(Duration.ofSeconds(-5))).isEqualTo("0s");
  }
}
