package dev.spindle.node.mount;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Takes a volume's mounts off a path, one layer after the other, never by force. */
final class Unmounting {
  /** More layers than any crash can leave behind. */
  private static final int MOST_LAYERS = 64;

  private final Host host;
  private final VolumeMounts mounts;
  private final Ownership ownership;
  private final Holders holders = new Holders(Path.of("/"));

  Unmounting(Host host, VolumeMounts mounts) {
    this.host = host;
    this.mounts = mounts;
    this.ownership = new Ownership(host);
  }

  /** Empty once nothing is mounted at the path any more; else why something is. */
  Optional<Refused> clear(Subject subject, Path at) throws IOException {
    for (int layer = 0; layer < MOST_LAYERS; layer++) {
      List<Mount> all = mounts.read();
      Mount top = VolumeMounts.top(all, at);
      if (top == null) {
        return Optional.empty();
      }
      if (!ownership.mayUnmount(subject, top, all)) {
        return Optional.of(foreign(subject, top));
      }
      Optional<Refused> busy = unmount(top, all);
      if (busy.isPresent()) {
        return busy;
      }
    }
    return Optional.of(Refused.notNow("mounts keep appearing at " + at));
  }

  private static Refused foreign(Subject subject, Mount top) {
    return Refused.unfit(
        top.words()
            + " is mounted at "
            + top.target()
            + ", which is not volume "
            + subject.volumeId()
            + "; nothing was unmounted. Unmount it by hand if nobody needs it");
  }

  private Optional<Refused> unmount(Mount top, List<Mount> all) throws IOException {
    try {
      host.mounts().unmount(top.target());
      return Optional.empty();
    } catch (KernelException failure) {
      if (failure.errno() == Errno.EINVAL || failure.errno() == Errno.ENOENT) {
        // Somebody else was quicker; the next look at the table shows it.
        return Optional.empty();
      }
      if (failure.errno() == Errno.EBUSY) {
        return Optional.of(Refused.unfit(busy(top, all)));
      }
      throw failure;
    }
  }

  private String busy(Mount top, List<Mount> all) {
    List<String> found = holders.of(top, all);
    return top.target()
        + " is busy and stays mounted; "
        + (found.isEmpty()
            ? "neither /proc nor /sys shows by whom; the kernel itself may hold it"
            : String.join("; ", found));
  }
}
