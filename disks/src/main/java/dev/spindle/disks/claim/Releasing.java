package dev.spindle.disks.claim;

import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Identity;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.inventory.Surroundings;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.disks.scrub.Scrubber;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.Mount;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes a volume off its disk: makes sure that nobody uses it, marks the disk for scrubbing, and
 * starts the scrub.
 */
final class Releasing {
  /**
   * How long DeleteVolume waits for a scrub, so that a fast disk is back in the published capacity
   * at once.
   */
  private static final Duration SCRUB_PATIENCE = Duration.ofSeconds(8);

  /** udev and others open a disk for a moment after each change; that is not use. */
  private static final int TRIES = 20;

  private static final long PAUSE_MILLIS = 100;

  private final Hardware hardware;
  private final Inventory inventory;
  private final Scrubber scrubber;
  private final Partitions partitions;
  private final LedgerWriter ledger;
  private final StagedPartitions staged;

  Releasing(
      Hardware hardware,
      Inventory inventory,
      Scrubber scrubber,
      LedgerWriter ledger,
      StagedPartitions staged) {
    this.hardware = hardware;
    this.inventory = inventory;
    this.scrubber = scrubber;
    this.partitions = ledger.partitions();
    this.ledger = ledger;
    this.staged = staged;
  }

  Released release(Examined examined, UUID volume) throws IOException {
    Disk disk = examined.disk();
    Released outcome =
        inventory.exclusively(
            disk.name(),
            pulse -> {
              try {
                return release(examined, disk.device(), volume);
              } finally {
                inventory.renew(disk.name());
              }
            });
    scrubber.await(disk.device(), SCRUB_PATIENCE);
    return outcome;
  }

  /**
   * Of a disk that was marked for scrubbing: an attempt that failed may have reached one slot only,
   * and if that one rots the volume would be back.
   */
  Released confirm(Examined examined) throws IOException {
    try {
      return patiently(
          () ->
              ledger.settle(examined.disk())
                  ? new Released.Gone()
                  : new Released.Uncertain(
                      examined.disk().device().node()
                          + " does not say any more that it is to be scrubbed"));
    } catch (KernelException refused) {
      if (refused.errno() == Errno.EBUSY) {
        return new Released.Uncertain(
            "that it is to be scrubbed stands in one of its disk's two slots only, and a process has "
                + examined.disk().device().node()
                + " open exclusively");
      }
      throw refused;
    }
  }

  private Released release(Examined examined, SysDisk disk, UUID volume) throws IOException {
    Surroundings around = Surroundings.look(hardware);
    SysDisk now = hardware.sysBlock().read(disk.name()).orElse(disk);
    List<Mount> mounts = around.mountsOf(now);
    if (!mounts.isEmpty()) {
      return new Released.InUse("it is mounted at " + mounts.get(0).target());
    }
    staged.letGo(volume);
    Optional<Released> inUse = deletePartitions(disk, volume);
    return inUse.isPresent() ? inUse.get() : mark(examined, disk, volume);
  }

  private Optional<Released> deletePartitions(SysDisk disk, UUID volume) throws IOException {
    try (BlockDevice whole = hardware.devices().open(disk.node(), Access.READ)) {
      Identity.check(whole, disk);
      LedgerWriter.joined(whole, volume);
      patiently(
          () -> {
            partitions.delete(whole);
            return whole;
          });
      return Optional.empty();
    } catch (KernelException refused) {
      if (refused.errno() == Errno.EBUSY) {
        return Optional.of(new Released.InUse(opener(disk)));
      }
      throw refused;
    }
  }

  private String opener(SysDisk disk) throws IOException {
    List<String> holders = hardware.now(disk).holders();
    return holders.isEmpty()
        ? "a process has its partition open: " + disk.name()
        : "the node itself has made %s of what is in its partition on %s: have LVM, md or the like give it up there"
            .formatted(String.join(", ", holders), disk.name());
  }

  private Released mark(Examined examined, SysDisk disk, UUID volume) throws IOException {
    BlockDevice held;
    try {
      // Between deleting the partitions and this somebody may have added and opened one.
      held = patiently(() -> hardware.holdAlone(disk));
    } catch (KernelException refused) {
      if (refused.errno() == Errno.EBUSY) {
        return new Released.InUse(
            "a process has " + disk.node() + " open exclusively, or a partition of it open");
      }
      throw refused;
    }
    boolean handedOver = false;
    try {
      Reading.Joined now = LedgerWriter.joined(held, volume);
      if (now.record().growth() != null) {
        Ledger.grow(held, held, Geometry.MIB, now);
        now = LedgerWriter.joined(held, volume);
      }
      Ledger.write(held, Geometry.MIB, scrubbing(now.record()), now.sequence() + 1);
      if (!inventory.excluded(examined)) {
        scrubber.start(disk, held);
        handedOver = true;
      }
      return new Released.Gone();
    } finally {
      if (!handedOver) {
        Hardware.letGo(held);
      }
    }
  }

  static DiskRecord scrubbing(DiskRecord record) {
    return record.scrubbing(ScrubProgress.starting(method(record)));
  }

  private static ScrubMethod method(DiskRecord record) {
    Claim claim = record.claim();
    return claim != null && "discard".equals(claim.parameters().get("scrub"))
        ? ScrubMethod.DISCARD
        : ScrubMethod.ZERO;
  }

  /** A call that the kernel may refuse with EBUSY. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  private static <T> T patiently(Call<T> call) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return call.run();
      } catch (KernelException refused) {
        if (refused.errno() != Errno.EBUSY || tries == TRIES) {
          throw refused;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while waiting for a disk");
    }
  }
}
