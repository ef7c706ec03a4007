package dev.spindle.disks.claim;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.disks.scrub.Scrubber;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what a predecessor left: slots that differ, growths that were cut short, scrubs that
 * were stopped, volumes that are staged.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Inventory inventory;
  private final Scrubber scrubber;
  private final LedgerWriter ledger;
  private final VolumeOpening opening;

  Recovery(Inventory inventory, Scrubber scrubber, LedgerWriter ledger, VolumeOpening opening) {
    this.inventory = inventory;
    this.scrubber = scrubber;
    this.ledger = ledger;
    this.opening = opening;
  }

  /**
   * Recovers what one disk needs; does nothing for most. A disk that fails is left as it is and
   * tried at the next look.
   */
  void recover(Examined examined) {
    try {
      if (examined.verdict() instanceof Eligible eligible && eligible.joined().isPresent()) {
        ledger.settle(examined.disk());
      } else if (examined.verdict() instanceof Verdict.Ours ours) {
        recover(examined, ours.record());
      }
    } catch (IOException | IllegalStateException failed) {
      LOG.warn("taking up /dev/{} again: {}", examined.name(), failed.getMessage());
    }
  }

  private void recover(Examined examined, DiskRecord record) throws IOException {
    if (record.state() == State.SCRUBBING) {
      if (!inventory.excluded(examined)) {
        scrubber.resume(examined.disk().device());
      }
      return;
    }
    UUID volume = record.volume().volume();
    ledger.complete(examined.disk(), volume);
    if (!examined.disk().mounts().isEmpty()) {
      opening.holdAgain(examined.disk(), volume);
    }
  }
}
