package dev.spindle.node.mount;

import dev.spindle.disks.State;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.Probe;
import dev.spindle.linux.Signature;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides from a volume's recorded state and what is on its partition whether to format it, mount
 * it as it is, or touch nothing. Pure. A volume is formatted at most once in its life; "not
 * recognised" is never taken for "empty" once the record says FORMATTED.
 */
sealed interface FilesystemPlan {
  /**
   * Make the filesystem.
   *
   * @param force over what an mkfs of ours left that did not end: only in FORMATTING
   */
  record Format(boolean force) implements FilesystemPlan {}

  /** The volume's own filesystem is there. */
  record MountAsIs() implements FilesystemPlan {}

  /** Neither may be done. */
  record Refuse(String why) implements FilesystemPlan {}

  /**
   * What a volume's filesystem has to be.
   *
   * @param partition kernel name of the partition, for messages
   */
  record Expected(FilesystemType type, UUID uuid, String partition) {}

  /** Decides. */
  static FilesystemPlan decide(State state, Expected expected, Probe probe) {
    return switch (state) {
      case CLAIMED ->
          probe instanceof Probe.Nothing
              ? new Format(false)
              : new Refuse(
                  "volume "
                      + expected.uuid()
                      + " has never been formatted, but its partition "
                      + expected.partition()
                      + " holds "
                      + words(probe)
                      + "; nothing was written. If nobody needs that, delete the volume, which"
                      + " erases the disk, and create it again");
      case FORMATTING -> new Format(true);
      case FORMATTED ->
          isExactly(expected, probe)
              ? new MountAsIs()
              : new Refuse(
                  "partition "
                      + expected.partition()
                      + " was formatted with "
                      + expected.type().fsName()
                      + " "
                      + expected.uuid()
                      + " and now holds "
                      + words(probe)
                      + "; nothing was written. Look for what changed the disk, and restore or"
                      + " repair its filesystem by hand: it is never formatted again by itself."
                      + " If its data may be lost, a person has it formatted again with `spindle"
                      + " repair DEVICE --format-again` (docs/operations.md)");
      case FREE, SCRUBBING ->
          new Refuse(
              "the disk of " + expected.partition() + " is " + state + ": it holds no volume");
    };
  }

  /** Whether a probe found the volume's own filesystem and no other superblock. */
  static boolean isExactly(Expected expected, Probe probe) {
    if (!(probe instanceof Probe.Found found)) {
      return false;
    }
    List<Signature> superblocks =
        found.signatures().stream()
            .filter(signature -> signature.kind() == Signature.Kind.SUPERBLOCK)
            .toList();
    return superblocks.size() == 1
        && superblocks.get(0).type().equals(expected.type().fsName())
        && expected.uuid().toString().equalsIgnoreCase(superblocks.get(0).uuid());
  }

  /** What a probe found, for messages. */
  static String words(Probe probe) {
    if (probe instanceof Probe.Found found) {
      return found.signatures().stream()
          .map(FilesystemPlan::words)
          .collect(Collectors.joining(", "));
    }
    return probe instanceof Probe.Ambiguous
        ? "the marks of more than one filesystem"
        : "nothing that can be recognised";
  }

  private static String words(Signature signature) {
    String uuid = signature.uuid();
    return signature.type() + (uuid == null ? "" : " " + uuid.toLowerCase(Locale.ROOT));
  }
}
