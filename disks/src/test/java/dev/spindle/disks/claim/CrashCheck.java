package dev.spindle.disks.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.disks.inventory.Pulse;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.SysDisk;
import dev.spindle.linux.testing.CrashImages;
import dev.spindle.linux.testing.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks rule R8 on disks that a power cut left: judges each, recovers it, judges it again.
 *
 * <p>A disk reads as it did at the last flush before the cut or at the next one after it. Recovery
 * changes no answer, but that a scrub comes to its end; it leaves both slots equal; it does nothing
 * to a disk that is not ours; and done again it does nothing at all.
 */
final class CrashCheck {
  private final Operation operation;
  private final Lab lab;
  private final SysDisk device;

  CrashCheck(Operation operation) throws IOException {
    this.operation = operation;
    this.lab = new Lab(operation.disk().snapshot());
    this.device = lab.start().device(Lab.NAME);
  }

  /** A disk and what was made of it. */
  private record Judged(Examined examined, String answer, MemoryPool pool) {}

  /** What recovery wrote, and what may be read at any moment of it. */
  record Recovered(List<MemoryDisk.Change> journal, Set<String> answers) {}

  /** The answer for a disk as it is. */
  String answer(MemoryDisk disk) throws IOException {
    return judge(disk.snapshot()).answer();
  }

  /** Everything that is promised of a disk after a cut. */
  Recovered check(CrashImages.Image image, Set<String> allowed) throws IOException {
    MemoryDisk disk = image.disk().snapshot();
    Judged first = judge(disk);
    Set<String> legal = new HashSet<>(allowed);
    if (operation.joins()) {
      legal.add(DiskAnswer.NOT_ELIGIBLE);
    }
    if (image.unreadable()) {
      legal.add(DiskAnswer.UNREADABLE);
    }
    assertThat(legal).as(reasons(first)).contains(first.answer());
    DiskAnswer.checkBytes(disk, first.examined().verdict(), operation.disk());

    disk.startJournal();
    first.pool().recovery.recover(first.examined());
    List<MemoryDisk.Change> journal = disk.journal();
    if (!image.unreadable()) {
      assertFlushed(journal);
    }
    Set<String> answers = new HashSet<>(Set.of(first.answer()));
    String end = DiskAnswer.isScrubbing(first.answer()) ? DiskAnswer.ELIGIBLE : first.answer();
    answers.add(end);
    if (!(first.examined().verdict() instanceof Verdict.Ours) && !end.equals(DiskAnswer.ELIGIBLE)) {
      assertThat(journal).as("recovery of a disk that is not ours").isEmpty();
    }
    if (!journal.isEmpty()) {
      checkRecovered(disk, end);
    } else {
      assertThat(end).as("recovery did nothing").isEqualTo(first.answer());
      assertThat(settled(disk)).as("recovery did nothing, and the slots agree").isTrue();
    }
    return new Recovered(journal, answers);
  }

  /** Who has an answer relies on what was written. */
  static void assertFlushed(List<MemoryDisk.Change> journal) {
    if (!journal.isEmpty()) {
      assertThat(journal.get(journal.size() - 1).operation())
          .as("the last thing that was done to the disk")
          .isEqualTo(MemoryDisk.Operation.FLUSH);
    }
  }

  private void checkRecovered(MemoryDisk recovered, String end) throws IOException {
    MemoryDisk disk = recovered.snapshot();
    Judged again = judge(disk);
    assertThat(again.answer()).as("after recovery; " + reasons(again)).isEqualTo(end);
    DiskAnswer.checkBytes(disk, again.examined().verdict(), operation.disk());
    assertThat(settled(disk)).as("the slots agree after recovery").isTrue();
    again.pool().recovery.recover(again.examined());
    assertThat(disk.sameAs(recovered)).as("recovery done again changes nothing").isTrue();
  }

  private static boolean settled(MemoryDisk disk) {
    try {
      return !(Ledger.read(disk) instanceof Reading.Joined joined) || joined.settled();
    } catch (IOException unreadable) {
      return true;
    }
  }

  /**
   * Does the operation again, as whoever called it would: it comes to its end, on this disk or the
   * next one, and there is never more than one volume.
   */
  void finish(CrashImages.Image image) throws IOException {
    MemoryDisk disk = image.disk().snapshot();
    Lab whole = Lab.of(operation, disk);
    whole.addBlank();
    MemoryPool pool = whole.start().look().recover();
    boolean refused = pool.disk(Lab.NAME).verdict() instanceof Verdict.Unreadable;
    boolean touched = DiskAnswer.of(pool.disk(Lab.NAME).verdict()).equals(DiskAnswer.NOT_ELIGIBLE);
    if (!refused && isDone(pool, image)) {
      pool.look();
      if (!touched) {
        assertThat(DiskAnswer.withoutUuid(DiskAnswer.of(pool.disk(Lab.NAME).verdict())))
            .as("done again")
            .isEqualTo(operation.end());
      }
    }
    assertThat(pool.volumes()).as("volumes").hasSizeLessThanOrEqualTo(1);
  }

  /** A sector that cannot be read, and that no look has come by, may end it with that error. */
  private boolean isDone(MemoryPool pool, CrashImages.Image image) throws IOException {
    try {
      operation.work().run(pool, Lab.volume(operation.disk()));
      return true;
    } catch (IOException failed) {
      if (!image.unreadable()) {
        throw failed;
      }
      return false;
    }
  }

  private Judged judge(MemoryDisk disk) throws IOException {
    lab.machine.reboot(Lab.NAME, disk);
    MemoryPool pool = lab.start();
    try (BlockDevice open = pool.hardware.devices().open(device.node(), Access.READ)) {
      Examined examined = pool.inventory.judgeHeld(open, device, new Pulse());
      return new Judged(examined, DiskAnswer.of(examined.verdict()), pool);
    } catch (IOException failed) {
      Reason reason = new Reason(Code.UNREADABLE, String.valueOf(failed.getMessage()));
      Verdict verdict = new Verdict.Unreadable(reason);
      return new Judged(
          new Examined(pool.look().disk(Lab.NAME).disk(), verdict), DiskAnswer.UNREADABLE, pool);
    }
  }

  private static String reasons(Judged judged) {
    List<String> words = new ArrayList<>();
    judged.examined().verdict().reasons().forEach(reason -> words.add(reason.message()));
    return judged.answer() + " " + words;
  }
}
