package dev.spindle.disks.eligibility;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.ledger.Reading;
import java.util.Optional;

/** A disk that may be claimed: blank, or ours and FREE. Only {@link Eligibility} makes one. */
public final class Eligible implements Verdict {
  private final Disk disk;
  private final Geometry geometry;
  private final Optional<Reading.Joined> joined;

  Eligible(Disk disk, Geometry geometry, Optional<Reading.Joined> joined) {
    this.disk = disk;
    this.geometry = geometry;
    this.joined = joined;
  }

  /** The facts it was judged by. */
  public Disk disk() {
    return disk;
  }

  /** How it is divided, or will be once it has joined. */
  public Geometry geometry() {
    return geometry;
  }

  /** Its table and record, if it has joined. */
  public Optional<Reading.Joined> joined() {
    return joined;
  }

  /** What a volume on it has, bytes. */
  public long capacityBytes() {
    return geometry.volume().lengthBytes();
  }
}
