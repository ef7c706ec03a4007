package dev.spindle.driver.listing;

import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.health.Ailment;
import dev.spindle.disks.health.Diagnosis;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Disks for people. */
public final class DisksTable {
  private DisksTable() {}

  /** A header, and for each disk a line and all its reasons. */
  public static String print(List<Examined> disks) {
    Table table = new Table("NAME", "SIZE", "TYPE", "MODEL", "STATE", "VOLUME / WHY");
    for (Examined examined : disks) {
      SysDisk device = examined.disk().device();
      table.row(
          List.of(
              device.name(),
              Quantity.format(device.sizeBytes()),
              DiskKind.of(device).word(),
              device.model(),
              Listed.verdict(examined.verdict())),
          remarks(examined));
    }
    return table.print();
  }

  /** A line for each filesystem that no volume can have here, and why. */
  public static String unavailable(Filesystems filesystems) {
    return Stream.of(FilesystemType.values())
        .filter(type -> !filesystems.available().contains(type))
        .map(type -> type.fsName() + ": not available here: " + filesystems.missing(type) + "\n")
        .collect(Collectors.joining());
  }

  private static List<String> remarks(Examined examined) {
    Verdict verdict = examined.verdict();
    List<String> remarks = new ArrayList<>();
    if (verdict instanceof Eligible eligible) {
      remarks.add(eligible.joined().isPresent() ? "ours, free" : "blank");
    }
    String volume = Listed.volumeId(verdict);
    if (volume != null) {
      remarks.add(volume);
    }
    verdict.reasons().forEach(reason -> remarks.add(reason.message()));
    for (Ailment ailment : Diagnosis.of(examined)) {
      remarks.remove(ailment.message());
      remarks.add(ailment.toString());
    }
    return remarks;
  }
}
