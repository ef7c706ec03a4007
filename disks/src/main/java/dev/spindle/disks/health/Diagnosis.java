package dev.spindle.disks.health;

import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Signs;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.health.Ailment.Kind;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Tells from facts what ails a disk, and the volume on it. Pure. */
public final class Diagnosis {
  private static final Set<String> CORRUPTION = Set.of("corruption_errs", "generation_errs");

  private final List<Ailment> ailments = new ArrayList<>();

  private Diagnosis() {}

  /**
   * What ails a disk of the pool: each kind at most once, in the order of the kinds. Nothing of a
   * disk that is not ours to use.
   */
  public static List<Ailment> of(Examined examined) {
    Diagnosis diagnosis = new Diagnosis();
    Verdict verdict = examined.verdict();
    if (verdict instanceof Verdict.Ineligible) {
      return List.of();
    }
    if (verdict instanceof Verdict.Unreadable unreadable) {
      diagnosis.unreadable(unreadable.reason());
    } else if (verdict instanceof Verdict.Frozen frozen) {
      frozen.reasons().forEach(diagnosis::frozen);
    } else if (verdict instanceof Verdict.Ours ours) {
      diagnosis.scrub(ours);
    }
    diagnosis.device(examined.disk(), !(verdict instanceof Eligible));
    diagnosis.filesystem(examined.disk());
    diagnosis.ailments.sort((one, other) -> one.kind().compareTo(other.kind()));
    return List.copyOf(diagnosis.ailments);
  }

  private void add(Kind kind, String message) {
    if (ailments.stream().noneMatch(known -> known.kind() == kind)) {
      ailments.add(new Ailment(kind, message));
    }
  }

  private void unreadable(Reason reason) {
    add(reason.code() == Code.SILENT ? Kind.DISK_SILENT : Kind.DISK_UNREADABLE, reason.message());
  }

  private void frozen(Reason reason) {
    add(reason.code() == Code.DUPLICATE ? Kind.DISK_DUPLICATE : Kind.DISK_FROZEN, reason.message());
  }

  private void scrub(Verdict.Ours ours) {
    ScrubProgress scrub = ours.record().scrub();
    if (scrub != null && !scrub.lastError().isEmpty()) {
      add(Kind.SCRUB_FAILING, ours.reasons().get(0).message());
    }
  }

  private void device(Disk disk, boolean used) {
    if (disk.device().suspended()) {
      add(Kind.DISK_OFFLINE, "the kernel has taken it offline, or it is suspended");
    }
    if (used && disk.device().readOnly()) {
      add(Kind.DISK_READ_ONLY, "the kernel says that it is read-only");
    }
    Signs signs = disk.signs();
    if (signs.failing()) {
      add(
          Kind.DISK_FAILING,
          "the disk says of itself that it is failing; smartctl -a " + disk.device().node());
    }
    if (signs.timeouts() > 0) {
      add(
          Kind.DISK_TIMEOUTS,
          signs.timeouts() + " commands were not answered in time since it was attached");
    }
  }

  private void filesystem(Disk disk) {
    Signs signs = disk.signs();
    if (disk.mounts().stream().anyMatch(has("shutdown"))) {
      add(Kind.FILESYSTEM_SHUT_DOWN, "its filesystem has shut itself down");
    } else if (!signs.rootError().isEmpty()) {
      add(
          Kind.FILESYSTEM_SHUT_DOWN,
          "its filesystem has shut itself down: its root says " + signs.rootError());
    }
    if (disk.mounts().stream().anyMatch(Diagnosis::turnedReadOnly)) {
      add(Kind.FILESYSTEM_READ_ONLY, "its filesystem has become read-only after an error");
    }
    if (signs.ext4Errors() > 0) {
      add(
          Kind.FILESYSTEM_ERRORS,
          "ext4 has found " + signs.ext4Errors() + " errors since it was last checked");
    }
    btrfs(signs.btrfsErrors());
  }

  private static Predicate<Mount> has(String option) {
    return mount -> mount.superOptions().contains(option);
  }

  /**
   * A filesystem that was asked to be read-only says so of the mount too; one that turned read-only
   * by itself does not (ext4 before Linux 6.12, btrfs), or says {@code emergency_ro}.
   */
  private static boolean turnedReadOnly(Mount mount) {
    return has("emergency_ro").test(mount) || (has("ro").test(mount) && !mount.readOnly());
  }

  private void btrfs(Map<String, Long> counted) {
    Map<String, Long> corrupt = new TreeMap<>(counted);
    corrupt.keySet().retainAll(CORRUPTION);
    Map<String, Long> failed = new TreeMap<>(counted);
    failed.keySet().removeAll(CORRUPTION);
    if (!corrupt.isEmpty()) {
      add(Kind.DATA_CORRUPT, "btrfs has read blocks that are not as it wrote them: " + corrupt);
    }
    if (!failed.isEmpty()) {
      add(Kind.FILESYSTEM_ERRORS, "btrfs has had errors from the disk: " + failed);
    }
  }
}
