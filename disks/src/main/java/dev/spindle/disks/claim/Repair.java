package dev.spindle.disks.claim;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Content.Blankness;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.inventory.BlankCheck;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.inventory.Pulse;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.disks.ledger.Restoration;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Mends what a person may have mended on a disk of ours: table and record where one valid copy of
 * the record is left, and the decision that a volume is to be formatted once more. It works beside
 * a running driver, and holds the disk exclusively while it writes.
 */
public final class Repair implements AutoCloseable {
  private final Hardware hardware;
  private final Owner owner;
  private final Inventory inventory;
  private final Partitions partitions;

  /** Of the disks that a policy names. */
  public Repair(Hardware hardware, Policy policy) {
    this.hardware = hardware;
    this.owner = policy.owner();
    this.inventory = new Inventory(hardware, policy, true);
    this.partitions = new Partitions(hardware);
  }

  /**
   * Looks at a disk and says what would make it whole. Writes nothing.
   *
   * @param device its node or any name that leads to it
   */
  public RepairPlan plan(Path device) throws IOException {
    Examined disk = inventory.find(device);
    List<Reason> standing = RepairPlan.standing(disk, inventory.named(disk));
    if (!standing.isEmpty() || !(disk.disk().content() instanceof Content.Read)) {
      return new RepairPlan.Refused(disk, standing);
    }
    SysDisk expected = disk.disk().device();
    try (BlockDevice open = hardware.devices().open(expected.node(), Access.READ)) {
      Identity.check(open, expected);
      return RepairPlan.of(facts(disk, open, new Pulse()));
    }
  }

  private RepairPlan.Facts facts(Examined disk, BlockDevice open, Pulse pulse) throws IOException {
    Restoration restoration = Ledger.restoration(open);
    Blankness rest = new Blankness.NotChecked();
    List<String> others = List.of();
    if (restoration instanceof Restoration.Possible possible) {
      others = others(disk.name(), possible.record());
      if (possible.record().state() == State.FREE) {
        rest = BlankCheck.look(open, possible.image(), pulse);
      }
    }
    return new RepairPlan.Facts(
        disk,
        inventory.named(disk),
        owner,
        restoration,
        others,
        rest,
        Fingerprint.of(disk.disk().device(), open));
  }

  /** The disks that say of themselves that they are this one, or have its volume (rule R5). */
  private List<String> others(String name, DiskRecord record) {
    return inventory.disks().stream()
        .filter(other -> !other.name().equals(name))
        .filter(
            other ->
                other.disk().content() instanceof Content.Read read
                    && Eligibility.record(read.reading())
                        .filter(theirs -> isSame(theirs, record))
                        .isPresent())
        .map(Examined::name)
        .toList();
  }

  private static boolean isSame(DiskRecord one, DiskRecord other) {
    return one.diskGuid().equals(other.diskGuid())
        || (one.claim() != null && volume(one).equals(volume(other)));
  }

  private static Optional<UUID> volume(DiskRecord record) {
    return Optional.ofNullable(record.claim()).map(Claim::volume);
  }

  /**
   * Looks at the volume of a disk and says what formatting it once more would lose. Writes nothing.
   */
  public RepairPlan planFormatAgain(Path device) throws IOException {
    Examined examined = inventory.find(device);
    return RepairPlan.formatAgain(examined, found(examined));
  }

  private String found(Examined examined) throws IOException {
    Disk disk = examined.disk();
    Optional<DiskRecord> record = examined.volume();
    if (record.isEmpty() || partitions.find(disk.device(), Geometry.VOLUME_PARTITION).isEmpty()) {
      return "not known: the kernel does not know its partition now";
    }
    try (BlockDevice open =
        partitions.open(
            disk.device(),
            Geometry.VOLUME_PARTITION,
            record.get().geometry().volume(),
            Access.READ)) {
      List<String> found =
          Eligibility.signatures(hardware.signatures().probe(open), "").stream()
              .map(Reason::message)
              .toList();
      return found.isEmpty() ? "nothing that can be recognised" : String.join("; ", found);
    }
  }

  /**
   * Writes what a plan says.
   *
   * @throws IOException if the disk is in use, is not what was shown any more, or fails
   */
  public void carryOut(RepairPlan plan) throws IOException {
    if (plan instanceof RepairPlan.Refused) {
      throw new IOException("refused: " + plan);
    }
    SysDisk device = plan.disk().disk().device();
    try {
      inventory.exclusively(
          device.name(),
          pulse -> {
            try (BlockDevice held = hardware.holdAlone(device)) {
              if (plan instanceof RepairPlan.Restore restore) {
                restore(held, restore, pulse);
              } else if (plan instanceof RepairPlan.FormatAgain again) {
                formatAgain(held, again.disk().volume().orElseThrow());
              }
            }
            return device;
          });
    } catch (KernelException refused) {
      throw Hardware.inWords(device, refused);
    }
  }

  private void restore(BlockDevice held, RepairPlan.Restore shown, Pulse pulse) throws IOException {
    SysDisk now = hardware.now(shown.disk().disk().device());
    Examined again = inventory.judgeHeld(held, now, pulse);
    if (!(RepairPlan.of(facts(again, held, pulse)) instanceof RepairPlan.Restore restore
        && restore.answer().equals(shown.answer())
        && restore.restoration().sameAs(shown.restoration()))) {
      throw new IOException(held.path() + " is not what was shown any more; look again");
    }
    Ledger.restore(held, restore.restoration());
  }

  private static void formatAgain(BlockDevice held, DiskRecord shown) throws IOException {
    Reading.Joined now = LedgerWriter.joined(held, shown.volume().volume());
    if (!now.record().equals(shown)) {
      throw new IOException(held.path() + " is not what was shown any more; look again");
    }
    Ledger.write(held, Geometry.MIB, shown.formattedAgain(), now.sequence() + 1);
  }

  @Override
  public void close() {
    inventory.close();
  }
}
