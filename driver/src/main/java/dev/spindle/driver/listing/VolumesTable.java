package dev.spindle.driver.listing;

import dev.spindle.disks.Claim;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.health.Ailment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Volumes for people. */
public final class VolumesTable {
  private VolumesTable() {}

  /** A header, and a line for each volume. */
  public static String print(List<VolumeLine> volumes, Instant now) {
    Table table = new Table("VOLUME", "PVC", "DISK", "SIZE", "TYPE", "STATE", "AGE", "NOTE");
    for (VolumeLine line : volumes) {
      Claim claim = line.claim();
      table.row(
          List.of(
              String.valueOf(Listed.volumeId(line.record())),
              claim.pvcName().isEmpty() ? "-" : claim.pvcNamespace() + "/" + claim.pvcName(),
              line.disk(),
              Quantity.format(claim.capacityBytes()),
              line.content(),
              Listed.state(line.record()),
              Age.of(Duration.between(claim.createdAt(), now))),
          notes(line, now));
    }
    return table.print();
  }

  private static List<String> notes(VolumeLine line, Instant now) {
    String first = line.neverStaged() ? "never staged" : Listed.progress(line.record(), now);
    return Stream.concat(
            Stream.of(first).filter(note -> !note.isEmpty()),
            line.ailments().stream().map(Ailment::toString))
        .toList();
  }
}
