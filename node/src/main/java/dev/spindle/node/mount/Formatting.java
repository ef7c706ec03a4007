package dev.spindle.node.mount;

import dev.spindle.disks.Claim;
import dev.spindle.disks.State;
import dev.spindle.disks.claim.OpenVolume;
import dev.spindle.linux.FilesystemType;
import dev.spindle.linux.MkfsOptions;
import dev.spindle.linux.Probe;
import dev.spindle.linux.ProgramException;
import java.io.IOException;
import java.util.Optional;

/** Brings the filesystem of a volume about, once in the volume's life. */
final class Formatting {
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
    State state = open.record().state();
    FilesystemPlan plan =
        FilesystemPlan.decide(state, expected, host.signatures().probe(open.device()));
    if (plan instanceof FilesystemPlan.Refuse refuse) {
      return Optional.of(Refused.unfit(refuse.why()));
    }
    return plan instanceof FilesystemPlan.Format format
        ? format(open, expected, format.force())
        : Optional.empty();
  }

  private Optional<Refused> format(OpenVolume open, FilesystemPlan.Expected expected, boolean force)
      throws IOException {
    if (!host.filesystems().available().contains(expected.type())) {
      return Optional.of(
          Refused.unfit(
              "volume "
                  + expected.uuid()
                  + " needs "
                  + expected.type().fsName()
                  + ", which this node cannot make: "
                  + host.filesystems().missing(expected.type())));
    }
    if (force) {
      open.clearUnfinishedFormat();
    } else {
      open.formatting();
    }
    open.checkPath();
    try {
      host.filesystems()
          .make(
              expected.type(),
              open.partition().node(),
              expected.uuid(),
              MkfsOptions.parse(expected.type(), open.record().volume().mkfsOptions()),
              force);
    } catch (ProgramException failure) {
      return Optional.of(Refused.failed(Refused.words(failure)));
    }
    return confirmed(open, expected);
  }

  /** FORMATTED is recorded only for what a direct probe shows. */
  private Optional<Refused> confirmed(OpenVolume open, FilesystemPlan.Expected expected)
      throws IOException {
    // The probe drops only clean pages: what it then sees has come from the disk.
    open.device().flush();
    Probe made = host.signatures().probe(open.device());
    if (!FilesystemPlan.isExactly(expected, made)) {
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
    open.formatted();
    return Optional.empty();
  }
}
