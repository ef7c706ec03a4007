package dev.spindle.disks.eligibility;

import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything that the judge may know of a disk.
 *
 * @param device what sysfs says
 * @param mounts of the disk or its partitions, from /proc/self/mountinfo
 * @param swaps of the disk or its partitions, from /proc/swaps
 * @param held whether an exclusive open was refused; false where that was not tried
 * @param backingTrusted of a loop device: its file can be seen, is a plain file and lies on none of
 *     our volumes
 * @param content what was read off it
 * @param twins the other disks with its disk GUID, its volume, or its hardware identity
 * @param signs of illness; they decide nothing about its use
 */
public record Disk(
    SysDisk device,
    List<Mount> mounts,
    List<Path> swaps,
    boolean held,
    boolean backingTrusted,
    Content content,
    Twins twins,
    Signs signs) {
  /** Copies the lists. */
  public Disk {
    mounts = List.copyOf(mounts);
    swaps = List.copyOf(swaps);
  }

  /** One of whose health nothing is known. */
  public Disk(
      SysDisk device,
      List<Mount> mounts,
      List<Path> swaps,
      boolean held,
      boolean backingTrusted,
      Content content,
      Twins twins) {
    this(device, mounts, swaps, held, backingTrusted, content, twins, Signs.NONE);
  }

  /** The same facts with signs of illness. */
  public Disk withSigns(Signs found) {
    return new Disk(device, mounts, swaps, held, backingTrusted, content, twins, found);
  }

  /** The same facts with what was read off it. */
  public Disk withContent(Content read) {
    return new Disk(device, mounts, swaps, held, backingTrusted, read, twins, signs);
  }

  /** The same facts of a disk that somebody else holds. */
  public Disk heldByOthers() {
    return new Disk(device, mounts, swaps, true, backingTrusted, content, twins, signs);
  }

  /** The same facts with other disks compared. */
  public Disk withTwins(Twins found) {
    return new Disk(device, mounts, swaps, held, backingTrusted, content, found, signs);
  }

  /** Its kernel name, for messages. */
  public String name() {
    return device.name();
  }

  /**
   * Other disks that seem to be this one, by kernel name.
   *
   * @param sameLedger with the same disk GUID or the same volume on them
   * @param sameHardware with the same WWN, or the same serial, vendor and model
   */
  public record Twins(List<String> sameLedger, List<String> sameHardware) {
    /** No other disk looks like it. */
    public static final Twins NONE = new Twins(List.of(), List.of());

    /** Copies the lists. */
    public Twins {
      sameLedger = List.copyOf(sameLedger);
      sameHardware = List.copyOf(sameHardware);
    }
  }
}
