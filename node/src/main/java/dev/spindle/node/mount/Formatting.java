package dev.spindle.node.mount;

import dev.spindle.disks.Claim;
import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.linux.Errno;
import dev.spindle.linux.Feature;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.KernelTrials;
import dev.spindle.linux.MkfsOptions;
import dev.spindle.linux.NewFilesystem;
import dev.spindle.linux.Probe;
import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the filesystem of a volume about, once in the volume's life. It counts as made only when
 * the running kernel has mounted it: mkfs may give it features that an older kernel does not know.
 */
final class Formatting {
  private static final Logger LOG = LoggerFactory.getLogger(Formatting.class);

  /** How a kernel refuses features that it does not know (fs/ext4, fs/xfs, fs/btrfs). */
  private static final Set<Errno> FEATURE_REFUSED = EnumSet.of(Errno.EINVAL, Errno.EOPNOTSUPP);

  private final Host host;

  Formatting(Host host) {
    this.host = host;
  }

  /** Empty once the partition holds the volume's own filesystem; else why it does not. */
  Optional<Refused> ensure(OpenVolume open) throws IOException {
    Claim claim = open.record().volume();
    Optional<FilesystemType> type =
        Optional.ofNullable(claim.filesystem()).flatMap(FilesystemType::named);
    if (type.isEmpty()) {
      return Optional.of(
          Refused.unfit(
              "volume "
                  + claim.volume()
                  + " was created with filesystem "
                  + claim.filesystem()
                  + ", which this version of the driver does not know"));
    }
    FilesystemPlan.Expected expected =
        new FilesystemPlan.Expected(type.get(), claim.volume(), open.partition().name());
    FilesystemPlan plan =
        FilesystemPlan.decide(
            open.record().state(), expected, host.signatures().probe(open.device()));
    if (plan instanceof FilesystemPlan.Refuse refuse) {
      return Optional.of(Refused.unfit(refuse.why()));
    }
    return plan instanceof FilesystemPlan.Format format
        ? format(open, expected, format.force())
        : Optional.empty();
  }

  private Optional<Refused> format(OpenVolume open, FilesystemPlan.Expected expected, boolean force)
      throws IOException {
    Claim claim = open.record().volume();
    String missing = host.filesystems().missing(expected.type(), claim.mkfsOptions());
    if (!missing.isEmpty()) {
      return Optional.of(cannotBeMade(expected, missing));
    }
    Optional<FeatureChoice> next =
        Optional.of(
            FeatureChoice.first(
                expected.type(), trials().leftOut(expected.type(), claim.mkfsOptions())));
    boolean again = force;
    KernelException refusal = null;
    while (next.isPresent()) {
      FeatureChoice choice = next.get();
      try {
        make(open, newFilesystem(claim, expected, choice), again);
        Optional<Refused> other = probed(open, expected);
        if (other.isPresent()) {
          return other;
        }
        refusal = tryOut(open, expected.type());
        if (refusal == null) {
          return formatted(open, expected.type(), choice.out());
        }
        next = choice.afterKernelRefused();
      } catch (ProgramException failure) {
        if (refusal == null || !choice.isUnknownTo(failure)) {
          return Optional.of(Refused.failed(Refused.words(failure)));
        }
        next = choice.afterMkfsRefused();
      }
      again = true;
    }
    return Optional.of(neverMounted(claim, expected, refusal));
  }

  private KernelTrials trials() {
    return host.filesystems().trials();
  }

  private static NewFilesystem newFilesystem(
      Claim claim, FilesystemPlan.Expected expected, FeatureChoice choice) {
    FilesystemType type = expected.type();
    String name = claim.pvcName().isEmpty() ? claim.csiName() : claim.pvcName();
    return new NewFilesystem(
        type,
        expected.uuid(),
        type.label(name),
        MkfsOptions.parse(type, claim.mkfsOptions()),
        choice.out());
  }

  private void make(OpenVolume open, NewFilesystem wanted, boolean again) throws IOException {
    if (again) {
      open.clearUnfinishedFormat();
    } else {
      open.formatting();
    }
    open.checkPath();
    host.filesystems().make(wanted, open.partition().node(), again);
  }

  /** Empty if a direct probe shows the filesystem that was to be made. */
  private Optional<Refused> probed(OpenVolume open, FilesystemPlan.Expected expected)
      throws IOException {
    // The probe drops only clean pages: what it then sees has come from the disk.
    open.device().flush();
    Probe made = host.signatures().probe(open.device());
    if (FilesystemPlan.isExactly(expected, made)) {
      return Optional.empty();
    }
    return Optional.of(
        Refused.failed(
            "mkfs ended well on "
                + expected.partition()
                + ", but the partition holds "
                + FilesystemPlan.words(made)
                + " instead of "
                + expected.type().fsName()
                + " "
                + expected.uuid()
                + "; it is formatted again at the next try"));
  }

  /** Null if the kernel mounts what was made, else how it refused to. */
  private @Nullable KernelException tryOut(OpenVolume open, FilesystemType type)
      throws IOException {
    open.checkPath();
    Path node = open.partition().node();
    try {
      host.mounts().tryOut(node, type.fsName(), false);
    } catch (KernelException failure) {
      if (FEATURE_REFUSED.contains(failure.errno())) {
        return failure;
      }
      throw failure;
    }
    // Rule R1: what was mounted is compared again.
    open.checkPath();
    return null;
  }

  private Optional<Refused> formatted(OpenVolume open, FilesystemType type, List<Feature> without)
      throws IOException {
    open.formatted();
    if (trials().mounted(type, open.record().volume().mkfsOptions(), without)) {
      LOG.warn(
          "{} is made without {} here: the running kernel does not mount it otherwise",
          type.fsName(),
          without.stream().map(Feature::name).collect(Collectors.joining(", ")));
    }
    return Optional.empty();
  }

  private Refused neverMounted(
      Claim claim, FilesystemPlan.Expected expected, @Nullable KernelException refusal) {
    String options = claim.mkfsOptions();
    String why =
        "the running kernel mounts no "
            + expected.type().fsName()
            + " that the mkfs here makes"
            + (options.isEmpty() ? "" : " with mkfsOptions \"" + options + "\"")
            + ", whatever is left out: "
            + (refusal == null ? "" : Refused.words(refusal))
            + "; the kernel's log may say which feature. Change the options or the programs, and"
            + " restart the driver";
    trials().refused(expected.type(), options, why);
    LOG.warn("{}", why);
    return cannotBeMade(expected, why);
  }

  private static Refused cannotBeMade(FilesystemPlan.Expected expected, String why) {
    return Refused.unfit(
        "volume "
            + expected.uuid()
            + " needs "
            + expected.type().fsName()
            + ", which this node cannot make: "
            + why);
  }
}
