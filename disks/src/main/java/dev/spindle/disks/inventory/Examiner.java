package dev.spindle.disks.inventory;

import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.ledger.Image;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.Probe;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Gathers the facts about one disk. It only reads. */
final class Examiner {
  private final Hardware hardware;
  private final Policy policy;
  private final boolean readOnly;
  private final LoopBackings backings;
  private final Symptoms symptoms;
  private final Places places = new Places();
  private final Map<Look, Boolean> knownBlank = new ConcurrentHashMap<>();

  /**
   * One disk with one state of its record: what was blank then need not be searched again.
   *
   * @param sequence of the record; 0 in a joining that was cut short, -1 where there is none
   */
  private record Look(String name, long diskSequence, long sizeBytes, long sequence) {}

  Examiner(Hardware hardware, Policy policy, boolean readOnly) {
    this.hardware = hardware;
    this.policy = policy;
    this.readOnly = readOnly;
    this.backings = new LoopBackings(hardware);
    this.symptoms = new Symptoms(hardware);
  }

  /** Looks at a disk with a descriptor of its own. */
  Disk examine(SysDisk device, Surroundings around, Pulse pulse) {
    Disk disk = facts(device, around);
    if (!Eligibility.wantsReading(disk, policy)) {
      return disk;
    }
    Disk read = read(disk, pulse);
    boolean recorded =
        read.content() instanceof Content.Read content
            && Eligibility.record(content.reading()).isPresent();
    return recorded || policy.names(device)
        ? read.withSigns(symptoms.of(device, read.mounts(), !readOnly && isOurs(read.content())))
        : read;
  }

  private boolean isOurs(Content content) {
    return content instanceof Content.Read read
        && read.reading() instanceof Reading.Joined joined
        && joined.record().owner().equals(policy.owner());
  }

  private Disk read(Disk disk, Pulse pulse) {
    SysDisk device = disk.device();
    try (BlockDevice open = hardware.devices().open(device.node(), Access.READ)) {
      Disk read = withBlankness(disk.withContent(read(open, device, pulse)), open, pulse, true);
      return !readOnly && isHeldByOthers(read) ? read.heldByOthers() : read;
    } catch (IOException failed) {
      return disk.withContent(unreadable(failed));
    }
  }

  /**
   * Looks at a disk through a descriptor that its caller holds exclusively, and takes nothing from
   * memory.
   */
  Disk examineHeld(BlockDevice open, SysDisk device, Surroundings around, Pulse pulse)
      throws IOException {
    // Whoever holds a disk is about to write to it, and may fail halfway.
    knownBlank.keySet().removeIf(look -> look.name().equals(device.name()));
    Disk disk = facts(device, around).withContent(read(open, device, pulse));
    return withBlankness(disk, open, pulse, false);
  }

  private Disk facts(SysDisk device, Surroundings around) {
    return new Disk(
        device,
        around.mountsOf(device),
        around.swapsOf(device),
        false,
        policy.allowLoopDevices() && backings.trusted(device, around),
        new Content.Unread(),
        Disk.Twins.NONE);
  }

  private Content read(BlockDevice open, SysDisk device, Pulse pulse) throws IOException {
    Identity.check(open, device);
    Places.Place place = places.take(pulse);
    try {
      Reading reading = Ledger.read(open);
      pulse.beat();
      Probe probe = hardware.signatures().probe(open);
      pulse.beat();
      return new Content.Read(reading, probe, new Blankness.NotChecked());
    } finally {
      place.leave();
    }
  }

  /**
   * Searches for data where nothing else speaks against the disk: once per disk and state, as it
   * takes a while.
   */
  private Disk withBlankness(Disk disk, BlockDevice open, Pulse pulse, boolean fromMemory)
      throws IOException {
    if (!(disk.content() instanceof Content.Read read)
        || !Eligibility.wantsBlankCheck(disk, policy)) {
      return disk;
    }
    Look look = look(disk.device(), read.reading());
    Blankness blankness =
        fromMemory && knownBlank.containsKey(look)
            ? new Blankness.Blank()
            : BlankCheck.look(open, image(read.reading()), pulse);
    if (fromMemory && blankness instanceof Blankness.Blank) {
      knownBlank.put(look, true);
    }
    return disk.withContent(new Content.Read(read.reading(), read.probe(), blankness));
  }

  private static Look look(SysDisk device, Reading reading) {
    long without = reading instanceof Reading.RecordOnly ? 0 : -1;
    long sequence = reading instanceof Reading.Joined joined ? joined.sequence() : without;
    return new Look(device.name(), device.diskSequence(), device.sizeBytes(), sequence);
  }

  private static Image image(Reading reading) {
    if (reading instanceof Reading.Joined joined) {
      return joined.image();
    }
    return reading instanceof Reading.RecordOnly alone ? alone.image() : Image.NOTHING;
  }

  /**
   * Only a disk that we would take is asked whether we could: the question itself keeps others out
   * for a moment.
   */
  private boolean isHeldByOthers(Disk disk) throws IOException {
    if (!(Eligibility.judge(disk, policy) instanceof Eligible)) {
      return false;
    }
    try {
      hardware.devices().open(disk.device().node(), Access.EXCLUSIVE_READ).close();
      return false;
    } catch (KernelException refused) {
      if (refused.errno() == Errno.EBUSY) {
        return true;
      }
      throw refused;
    }
  }

  private static Content unreadable(IOException failed) {
    return new Content.Unreadable(
        new Reason(Reason.Code.UNREADABLE, "it could not be read: " + failed.getMessage()));
  }
}
