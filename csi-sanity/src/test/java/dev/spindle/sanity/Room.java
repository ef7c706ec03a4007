package dev.spindle.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetCapacityResponse;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.sanity.gallery.Exhibit;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Foreign disks, side by side on one node, with drivers that are told to use them. */
final class Room {
  /** So many disks are named with their reasons in one answer of CreateVolume. */
  private static final int NAMED_AT_ONCE = 5;

  private static final int MOST_TRIES = 100;
  private static final long MIB = 1 << 20;
  private static final List<Wish> WISHES =
      List.of(new Wish("pvc-files", "ext4", 8 * MIB), new Wish("pvc-raw", Wish.BLOCK, 8 * MIB));

  private final Path directory;
  private final Path log;
  private final List<LoopDisk> disks = new ArrayList<>();
  private final List<Visit> visits = new ArrayList<>();

  private Room(Path directory, Path log) {
    this.directory = directory;
    this.log = log;
  }

  /**
   * Makes the disks, has a driver use all of them and then other drivers a few of them each, and
   * takes the disks away.
   */
  static List<Visit> visit(List<Exhibit> exhibits, LoopDisks loops, Path log) throws Exception {
    Room room = new Room(loops.folder("csi"), log);
    for (Exhibit exhibit : exhibits) {
      room.hang(exhibit, loops.create(exhibit.bytes(), exhibit.sectorSize()));
    }
    room.serve(0, exhibits.size(), true);
    for (int from = 0; from < exhibits.size(); from += NAMED_AT_ONCE) {
      room.serve(from, Math.min(from + NAMED_AT_ONCE, exhibits.size()), false);
    }
    room.list();
    for (LoopDisk disk : room.disks) {
      takeAway(disk, loops);
    }
    return room.visits;
  }

  /** Whoever else on this machine looks at disks may have it open for a moment. */
  private static void takeAway(LoopDisk disk, LoopDisks loops) throws Exception {
    for (int tries = 1; ; tries++) {
      try {
        loops.detach(disk);
        return;
      } catch (KernelException refused) {
        if (refused.errno() != Errno.EBUSY || tries == MOST_TRIES) {
          throw refused;
        }
      }
      Thread.sleep(100);
    }
  }

  private void hang(Exhibit exhibit, LoopDisk disk) throws IOException {
    exhibit.make(disk.node());
    try (FileChannel written = FileChannel.open(disk.node(), StandardOpenOption.WRITE)) {
      written.force(true);
    }
    disks.add(disk);
    visits.add(new Visit(exhibit, disk));
  }

  private void serve(int from, int to, boolean listed) throws Exception {
    try (RunningDriver driver =
        RunningDriver.start(Site.of(disks.subList(from, to), directory), log)) {
      GetCapacityResponse offer = driver.capacity();
      List<Status> answers = new ArrayList<>();
      for (Wish wish : WISHES) {
        answers.add(create(driver.client(new Tally()), wish));
      }
      for (Visit visit : visits.subList(from, to)) {
        visit.offers().add(offer.getAvailableCapacity());
        visit.offers().add(offer.getMaximumVolumeSize().getValue());
        visit.answers().addAll(answers);
      }
      assertThat(driver.volumes()).isEmpty();
      if (listed) {
        list();
      }
    }
  }

  private static Status create(CsiClient driver, Wish wish) {
    try {
      return Status.OK.withDescription("volume " + driver.create(wish).getVolumeId());
    } catch (StatusRuntimeException refused) {
      return refused.getStatus();
    }
  }

  private void list() throws IOException, InterruptedException {
    Tree listing =
        new Tree(Spindle.disks(Site.of(disks, directory)).stream().map(Tree::value).toList());
    for (Visit visit : visits) {
      visit.listings().add(listing.named(visit.disk()));
    }
  }
}
