package dev.spindle.disks;

import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a joined disk records about itself, in partition 1.
 *
 * @param diskGuid the disk's GUID in its partition table, random at joining
 * @param claim there in CLAIMED, FORMATTING and FORMATTED; in SCRUBBING the volume that is being
 *     erased, or null where a foreign disk was wiped; null in FREE
 * @param scrub there in SCRUBBING
 * @param growth the division that a growth under way ends with; only with a volume. Nothing else
 *     happens to the disk before that is done
 */
public record DiskRecord(
    Owner owner,
    UUID diskGuid,
    Geometry geometry,
    State state,
    @Nullable Claim claim,
    @Nullable ScrubProgress scrub,
    @Nullable Geometry growth) {
  /** Refuses what no disk of ours can say. */
  public DiskRecord {
    if (state.holdsVolume() != (claim != null && state != State.SCRUBBING)
        || (state == State.SCRUBBING) != (scrub != null)) {
      throw new IllegalArgumentException("a record in " + state + " with other parts than that");
    }
    if (growth != null
        && (!state.holdsVolume()
            || growth.sectorSize() != geometry.sectorSize()
            || growth.volume().lengthBytes() <= geometry.volume().lengthBytes())) {
      throw new IllegalArgumentException(
          "no growth of " + geometry + " in " + state + ": " + growth);
    }
  }

  /** A record that no growth is under way in. */
  public DiskRecord(
      Owner owner,
      UUID diskGuid,
      Geometry geometry,
      State state,
      @Nullable Claim claim,
      @Nullable ScrubProgress scrub) {
    this(owner, diskGuid, geometry, state, claim, scrub, null);
  }

  /** The volume on the disk, which must hold one. */
  public Claim volume() {
    if (claim == null || !state.holdsVolume()) {
      throw new IllegalStateException("no volume in " + state);
    }
    return claim;
  }

  /**
   * The same volume in another state.
   *
   * @throws IllegalStateException while a growth is under way
   */
  public DiskRecord in(State next) {
    requireNoGrowth();
    return new DiskRecord(owner, diskGuid, geometry, next, claim, null);
  }

  /**
   * The same volume, to be formatted once more at a person's word: the only way back from
   * FORMATTED. What is in the volume partition counts as an unfinished format from then on.
   *
   * @throws IllegalStateException if it was not formatted
   */
  public DiskRecord formattedAgain() {
    if (state != State.FORMATTED) {
      throw new IllegalStateException("a volume in " + state + " has no format to be done again");
    }
    return in(State.FORMATTING);
  }

  /** The same disk with a new volume. */
  public DiskRecord claimed(Claim volume) {
    return new DiskRecord(owner, diskGuid, geometry, State.CLAIMED, volume, null);
  }

  /**
   * The same disk while it is being erased.
   *
   * @throws IllegalStateException while a growth is under way
   */
  public DiskRecord scrubbing(ScrubProgress progress) {
    requireNoGrowth();
    return new DiskRecord(owner, diskGuid, geometry, State.SCRUBBING, claim, progress);
  }

  /** The same volume with the intent to give it more of its disk. */
  public DiskRecord growing(Geometry to) {
    requireNoGrowth();
    return new DiskRecord(owner, diskGuid, geometry, state, claim, scrub, to);
  }

  /** The same volume after the growth that is under way. */
  public DiskRecord grown() {
    if (growth == null) {
      throw new IllegalStateException("no growth is under way");
    }
    Claim grown = volume().withCapacity(growth.volume().lengthBytes());
    return new DiskRecord(owner, diskGuid, growth, state, grown, scrub);
  }

  private void requireNoGrowth() {
    if (growth != null) {
      throw new IllegalStateException("a growth of volume " + volume().volume() + " is under way");
    }
  }

  /** The same disk without a volume. */
  public DiskRecord free() {
    return new DiskRecord(owner, diskGuid, geometry, State.FREE, null, null);
  }

  /** How much of the volume partition is known to be erased, in percent; 0 where nothing is. */
  public long percentScrubbed() {
    return scrub == null ? 0 : 100 * scrub.bytesDone() / geometry.volume().lengthBytes();
  }

  /** How long scrubbing takes from here on at its pace so far; empty where that is not known. */
  public OptionalLong secondsToScrub() {
    OptionalLong rate = scrub == null ? OptionalLong.empty() : scrub.bytesPerSecond();
    if (scrub == null || rate.isEmpty()) {
      return OptionalLong.empty();
    }
    long left = Math.max(0, geometry.volume().lengthBytes() - scrub.bytesDone());
    return OptionalLong.of((left + rate.getAsLong() - 1) / rate.getAsLong());
  }
}
