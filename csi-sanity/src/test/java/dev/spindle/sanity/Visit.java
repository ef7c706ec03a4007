package dev.spindle.sanity;

import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.sanity.gallery.Exhibit;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A foreign disk, what was said of it, and whether its bytes are what they were. */
final class Visit {
  private final Exhibit exhibit;
  private final LoopDisk loop;
  private final String disk;
  private final String sha256;

  /** As {@code spindle disks -o json} shows it: beside a driver, and after several. */
  private final List<Tree> listings = new ArrayList<>();

  /** What CreateVolume answered, of this disk among many, and of it among few. */
  private final List<Status> answers = new ArrayList<>();

  /** What GetCapacity offered, bytes. */
  private final List<Long> offers = new ArrayList<>();

  Visit(Exhibit exhibit, LoopDisk disk) throws IOException {
    this.exhibit = exhibit;
    this.loop = disk;
    this.disk = disk.name();
    this.sha256 = disk.sha256();
  }

  /** The kernel name that the disk had meanwhile. */
  String disk() {
    return disk;
  }

  Exhibit exhibit() {
    return exhibit;
  }

  List<Tree> listings() {
    return listings;
  }

  List<Status> answers() {
    return answers;
  }

  List<Long> offers() {
    return offers;
  }

  boolean unchanged() throws IOException {
    return sha256.equals(loop.sha256());
  }
}
