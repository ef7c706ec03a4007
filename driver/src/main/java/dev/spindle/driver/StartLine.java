package dev.spindle.driver;

import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Filesystems;
import dev.spindle.rpc.NodeTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The first line of a driver's log: what it is, where, and what it may take. */
final class StartLine {
  private StartLine() {}

  static String of(Settings settings, NodeTopology topology, Filesystems filesystems) {
    Policy policy = settings.policy();
    List<String> parts = new ArrayList<>();
    parts.add(
        policy.owner().driverName()
            + " (spindle "
            + Version.current()
            + ") serves node "
            + settings.nodeName()
            + " ("
            + topology
            + ") at "
            + settings.socket());
    parts.add("disks " + patterns(policy.disks()));
    if (!policy.exclude().isEmpty()) {
      parts.add("not " + patterns(policy.exclude()));
    }
    if (settings.scrubBytesPerSecond() > 0) {
      parts.add("scrubs " + Quantity.format(settings.scrubBytesPerSecond()) + " a second");
    }
    if (settings.alphaHealth()) {
      parts.add("health calls (alpha)");
    }
    parts.add("filesystems " + available(filesystems));
    for (FilesystemType type : FilesystemType.values()) {
      if (!filesystems.available().contains(type)) {
        parts.add("no " + type.fsName() + ": " + filesystems.missing(type));
      }
    }
    return String.join("; ", parts);
  }

  private static String patterns(List<DiskPattern> patterns) {
    return patterns.stream().map(DiskPattern::toString).collect(Collectors.joining(", "));
  }

  private static String available(Filesystems filesystems) {
    return filesystems.available().isEmpty()
        ? "none"
        : filesystems.available().stream()
            .map(FilesystemType::fsName)
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
