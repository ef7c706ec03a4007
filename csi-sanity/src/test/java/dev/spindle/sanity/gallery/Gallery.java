package dev.spindle.sanity.gallery;

import java.util.List;

/** All disks that must be refused, by who made what is on them. */
public final class Gallery {
  private Gallery() {}

  /** Rooms of disks that are looked at together. Each disk has a name of its own. */
  public static List<List<Exhibit>> rooms() {
    return List.of(
        Filesystems.all(),
        WrittenFilesystems.all(),
        RaidMembers.all(),
        Layers.all(),
        Swap.all(),
        Tables.all(),
        Remnants.all(),
        PlainData.all());
  }
}
