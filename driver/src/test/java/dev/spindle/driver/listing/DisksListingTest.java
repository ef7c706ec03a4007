package dev.spindle.driver.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.spindle.disks.State;
import dev.spindle.disks.claim.ClassParameters;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.testing.UnrunFilesystems;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DisksListingTest {
  private static final long GIB = 1L << 30;
  private static final List<Examined> DISKS =
      List.of(
          Samples.ineligible(
              "sda",
              new Reason(Code.NOT_NAMED, "no --disks pattern names it"),
              new Reason(Code.SIGNATURE, "it has an ext4 signature")),
          Samples.eligible("sdb", 100 * GIB),
          Samples.eligible("sdc", 900 * GIB),
          Samples.ours("nvme0n1", State.FORMATTED),
          Samples.ours("sdd", State.SCRUBBING),
          Samples.unreadable("sde"));

  @Test
  void everyReasonHasALineOfItsOwn() {
    assertThat(DisksTable.print(DISKS).lines())
        .startsWith(
            "NAME     SIZE   TYPE  MODEL      STATE       VOLUME / WHY",
            "sda      1Ti    hdd   ST 1?[31m  ineligible  no --disks pattern names it",
            "                                             it has an ext4 signature",
            "sdb      100Gi  hdd   ST 1?[31m  eligible    blank")
        .anyMatch(line -> line.startsWith("nvme0n1") && line.endsWith("node-a/" + Samples.VOLUME))
        .anyMatch(line -> line.contains("50%") && line.contains("EIO at byte 5"))
        .noneMatch(line -> line.strip().startsWith("it is being scrubbed"))
        .anyMatch(line -> line.contains("unreadable  DiskSilent: it has not answered"));
  }

  @Test
  void jsonHasTheMembersThatScriptsRelyOn() {
    JsonArray disks = JsonParser.parseString(DisksJson.print(DISKS)).getAsJsonArray();
    assertThat(disks)
        .extracting(disk -> disk.getAsJsonObject().get("verdict").getAsString())
        .containsExactly(
            "ineligible", "eligible", "eligible", "claimed", "scrubbing", "unreadable");
    JsonObject first = disks.get(0).getAsJsonObject();
    assertThat(first.keySet())
        .contains(
            "name",
            "path",
            "size",
            "model",
            "serial",
            "wwn",
            "type",
            "verdict",
            "reasons",
            "volumeId",
            "health");
    assertThat(first.get("path").getAsString()).isEqualTo("/dev/sda");
    assertThat(first.get("size").getAsLong()).isEqualTo(1L << 40);
    assertThat(first.get("volumeId").isJsonNull()).isTrue();
    JsonObject reason = first.getAsJsonArray("reasons").get(1).getAsJsonObject();
    assertThat(reason.get("code").getAsString()).isEqualTo("signature");
    assertThat(reason.get("message").getAsString()).isEqualTo("it has an ext4 signature");
    JsonObject claimed = disks.get(3).getAsJsonObject();
    assertThat(claimed.get("volumeId").getAsString()).isEqualTo("node-a/" + Samples.VOLUME);
    assertThat(claimed.get("type").getAsString()).isEqualTo("nvme");
  }

  @Test
  void theSmallestDiskThatFitsIsNamed() {
    Fit fit = fit(500 * GIB, Map.of());
    assertThat(FitScreen.headline(fit)).isEqualTo("500Gi fits here: yes, sdc (900.0Gi)");
    assertThat(FitScreen.text(fit))
        .contains("sdb", "500Gi are asked for", "no --disks pattern names it");
    JsonObject json = JsonParser.parseString(FitScreen.json(fit)).getAsJsonObject();
    assertThat(json.get("fits").getAsBoolean()).isTrue();
    assertThat(json.get("disk").getAsString()).isEqualTo("sdc");
    assertThat(json.getAsJsonArray("disks")).hasSize(DISKS.size());
  }

  @Test
  void whereNothingFitsTheHeadlineSaysWhy() {
    assertThat(FitScreen.headline(fit(2048 * GIB, Map.of())))
        .isEqualTo("2Ti fits here: no: 2 disks may be taken, and none does what is asked for");
    assertThat(FitScreen.headline(fit(GIB, Map.of("diskType", "ssd")))).contains("no: 2 disks");
    assertThat(FitScreen.text(fit(GIB, Map.of("maxDiskSize", "10Gi")))).contains("maxDiskSize");
    assertThat(FitScreen.headline(fit(GIB, Map.of("fstype", "btrfs"))))
        .isEqualTo("1Gi fits here: no: no mkfs.btrfs");
    Fit none = Fit.of(List.of(DISKS.get(0)), GIB, ClassParameters.parse(Map.of()), onlyExt4());
    assertThat(FitScreen.headline(none))
        .isEqualTo("1Gi fits here: no: none of 1 disk may be taken");
    JsonObject json = JsonParser.parseString(FitScreen.json(none)).getAsJsonObject();
    assertThat(json.get("disk").isJsonNull()).isTrue();
  }

  @Test
  void anObstacleOfTheWholeNodeSpeaksAgainstEachDisk() {
    Fit fit = fit(GIB, Map.of("fstype", "btrfs"));
    assertThat(FitScreen.text(fit).lines().skip(2))
        .anyMatch(line -> line.matches("sdb .* no +no mkfs.btrfs"))
        .noneMatch(line -> line.matches("sd\\w .* yes.*"));
    JsonObject json = JsonParser.parseString(FitScreen.json(fit)).getAsJsonObject();
    assertThat(json.get("fits").getAsBoolean()).isFalse();
    assertThat(json.getAsJsonArray("disks"))
        .hasSize(DISKS.size())
        .noneMatch(disk -> disk.getAsJsonObject().get("fits").getAsBoolean());
  }

  @Test
  void withoutAFilesystemInTheClassExt4IsWhatIsAskedFor() {
    Filesystems filesystems = onlyExt4();
    filesystems.trials().refused(FilesystemType.EXT4, "", "the kernel refuses ext4");
    Fit fit = Fit.of(DISKS, GIB, ClassParameters.parse(Map.of()), filesystems);
    assertThat(FitScreen.headline(fit)).isEqualTo("1Gi fits here: no: the kernel refuses ext4");
  }

  @Test
  void theFilesystemsThatAreMissingAreNamed() {
    assertThat(DisksTable.unavailable(onlyExt4()))
        .isEqualTo(
            """
            xfs: not available here: no mkfs.xfs
            btrfs: not available here: no mkfs.btrfs
            """);
  }

  @Test
  void aFilesystemThatTheKernelRefusedIsAnObstacleForThatClassOnly() {
    Filesystems filesystems = onlyExt4();
    filesystems.trials().refused(FilesystemType.EXT4, "-b 65536", "the kernel refuses it");
    Map<String, String> parameters = Map.of("fstype", "ext4");
    assertThat(Fit.of(DISKS, GIB, ClassParameters.parse(parameters), filesystems).obstacle())
        .isEmpty();
    parameters = Map.of("fstype", "ext4", "mkfsOptions", "-b 65536");
    assertThat(Fit.of(DISKS, GIB, ClassParameters.parse(parameters), filesystems).obstacle())
        .isEqualTo("the kernel refuses it");
  }

  private static Fit fit(long bytes, Map<String, String> parameters) {
    return Fit.of(DISKS, bytes, ClassParameters.parse(parameters), onlyExt4());
  }

  /** A node that has e2fsprogs and nothing else. */
  private static Filesystems onlyExt4() {
    return new UnrunFilesystems(Set.of(FilesystemType.EXT4));
  }
}
