package dev.spindle.node.mount;

import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.linux.Access;
import dev.spindle.linux.Checked;
import dev.spindle.linux.Errno;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts a volume's own filesystem. One that will not mount is checked, and repaired only as far as
 * its program calls safe; everything else is left to a person, who is told what to run.
 */
final class Mounting {
  private static final Logger LOG = LoggerFactory.getLogger(Mounting.class);

  /**
   * How long a finding stands for the next calls, if the mount fails as before: a check may outlive
   * the call that it was made for, and callers come back every two minutes.
   */
  private static final Duration FINDING_STANDS = Duration.ofMinutes(10);

  private static final int FINDING_LENGTH = 300;

  /** Lines that tell how far a program has come, not what it found. */
  private static final Pattern PROGRESS =
      Pattern.compile("\\s+- .*|(Pass|Phase) \\d.*|\\[\\d/\\d].*|e2fsck \\d.*|\\s*");

  private static final String SEE_ALSO =
      " (docs/operations.md); it is never formatted again by itself";

  private final Host host;
  private final Map<UUID, Finding> findings = new ConcurrentHashMap<>();

  private record Finding(Errno mount, long atNanos, Refused refused) {
    boolean stands(Errno now) {
      return mount == now && System.nanoTime() - atNanos < FINDING_STANDS.toNanos();
    }
  }

  Mounting(Host host) {
    this.host = host;
  }

  /** Empty once it is mounted; else nothing is, and why. */
  Optional<Refused> mount(OpenVolume open, Path at, MountOptions options) throws IOException {
    UUID volume = open.record().volume().volume();
    Optional<KernelException> failure = tried(open, at, options);
    if (failure.isEmpty()) {
      findings.remove(volume);
      return Optional.empty();
    }
    Finding known = findings.get(volume);
    if (known != null && known.stands(failure.get().errno())) {
      return Optional.of(known.refused());
    }
    return afterFailedMount(open, at, options, failure.get());
  }

  private Optional<KernelException> tried(OpenVolume open, Path at, MountOptions options)
      throws IOException {
    open.checkPath();
    try {
      host.mounts().mount(open.partition().node(), at, type(open).fsName(), options);
      return Optional.empty();
    } catch (KernelException failure) {
      return Optional.of(failure);
    }
  }

  private Optional<Refused> afterFailedMount(
      OpenVolume open, Path at, MountOptions options, KernelException failure) throws IOException {
    Errno plain = withoutOptions(open, options.readOnly());
    return switch (CheckPlan.decide(type(open), options.readOnly(), failure.errno(), plain)) {
      case BLAME_OPTIONS ->
          Optional.of(
              Refused.unfit(
                  words(open, failure)
                      + "; without the mount options that were asked for it can be mounted, so one"
                      + " of those is wrong here: the kernel's log may say which"));
      case BLAME_MOUNT ->
          Optional.of(
              Refused.failed(words(open, failure) + "; the kernel's log may say more" + SEE_ALSO));
      case CHECK -> Optional.of(damaged(open, failure, check(open)));
      case CHECK_AND_PREEN -> preened(open, at, options, failure);
    };
  }

  /**
   * What a mount without options, and nowhere, fails with; null if it succeeds. Replays the log.
   */
  private @Nullable Errno withoutOptions(OpenVolume open, boolean readOnly) throws IOException {
    open.checkPath();
    try {
      host.mounts().tryOut(open.partition().node(), type(open).fsName(), readOnly);
      return null;
    } catch (KernelException failure) {
      return failure.errno();
    }
  }

  private Optional<Refused> preened(
      OpenVolume open, Path at, MountOptions options, KernelException failure) throws IOException {
    String finding = check(open);
    Checked preened;
    try {
      requireUnused(open);
      preened = host.filesystems().preen(open.partition().node());
    } catch (ProgramException unable) {
      return Optional.of(damaged(open, failure, finding + "; " + Refused.words(unable)));
    }
    finding += "; then " + words(preened);
    // e2fsck(8): 0 is no errors, 1 is errors corrected.
    if (preened.status() > 1) {
      return Optional.of(damaged(open, failure, finding));
    }
    Optional<KernelException> still = tried(open, at, options);
    if (still.isEmpty()) {
      LOG.warn("{}; {}; it is mounted now", words(open, failure), finding);
      return Optional.empty();
    }
    return Optional.of(damaged(open, still.get(), finding));
  }

  /** What the program that checks says, or why it says nothing. */
  private String check(OpenVolume open) throws IOException {
    requireUnused(open);
    try {
      return words(host.filesystems().check(type(open), open.partition().node()));
    } catch (ProgramException unable) {
      return "no check was made: " + Refused.words(unable);
    }
  }

  /** Rule R1, right before a program: the path leads there still, and nobody has it mounted. */
  private void requireUnused(OpenVolume open) throws IOException {
    open.checkPath();
    host.devices().open(open.partition().node(), Access.EXCLUSIVE_READ).close();
  }

  private Refused damaged(OpenVolume open, KernelException failure, String finding) {
    String advice =
        switch (type(open)) {
          case EXT4 -> byHand("e2fsck -f ", open);
          case XFS -> byHand("xfs_repair ", open);
          // A repair of Btrfs may make it worse (btrfs-check(8)): no command is put in a hand.
          case BTRFS ->
              ". It is not repaired by itself: mend it as btrfs-check(8) says, and a copy of "
                  + open.partition().node()
                  + " first";
        };
    Refused refused = Refused.unfit(words(open, failure) + "; " + finding + advice + SEE_ALSO);
    LOG.warn("{}", refused.why());
    findings.put(
        open.record().volume().volume(), new Finding(failure.errno(), System.nanoTime(), refused));
    return refused;
  }

  private static String byHand(String program, OpenVolume open) {
    return ". Nothing more is repaired by itself: a person may run `"
        + program
        + open.partition().node()
        + "`";
  }

  private static String words(OpenVolume open, KernelException failure) {
    return "volume " + open.record().volume().volume() + ": " + Refused.words(failure);
  }

  private static String words(Checked checked) {
    String finding =
        checked
            .said()
            .lines()
            .filter(line -> !PROGRESS.matcher(line).matches())
            .map(String::strip)
            .collect(Collectors.joining(" | "));
    return "`"
        + checked.command()
        + "` ended with "
        + checked.status()
        + " and says: "
        + (finding.length() <= FINDING_LENGTH
            ? finding
            : finding.substring(0, FINDING_LENGTH) + "…");
  }

  private static FilesystemType type(OpenVolume open) {
    return FilesystemType.named(String.valueOf(open.record().volume().filesystem())).orElseThrow();
  }
}
