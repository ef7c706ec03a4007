package dev.spindle.disks.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** What a power cut can leave of a series of writes. */
final class Crashes {
  private static final int SHUFFLES = 12;

  private final int sectorSize;
  private final Consumer<LoggedDisk> check;
  private final Random random = new Random(20260301);

  private Crashes(int sectorSize, Consumer<LoggedDisk> check) {
    this.sectorSize = sectorSize;
    this.check = check;
  }

  /**
   * Checks each disk that a cut during {@code after}'s actions can leave: everything flushed, and
   * of the rest every prefix, the write at its end torn between sectors, and random selections of
   * sectors.
   */
  static void each(byte[] before, LoggedDisk after, Consumer<LoggedDisk> check) {
    Crashes crashes = new Crashes(after.sectorSize(), check);
    byte[] flushed = before.clone();
    List<LoggedDisk.Action> pending = new ArrayList<>();
    for (LoggedDisk.Action action : after.actions()) {
      if (action.isFlush()) {
        crashes.during(flushed, pending);
        pending.forEach(done -> apply(done, flushed, 0, done.data().length));
        pending.clear();
      } else {
        pending.add(action);
      }
    }
    crashes.during(flushed, pending);
    pending.forEach(done -> apply(done, flushed, 0, done.data().length));
    crashes.disk(flushed);
  }

  private void during(byte[] flushed, List<LoggedDisk.Action> pending) {
    byte[] prefix = flushed.clone();
    for (LoggedDisk.Action action : pending) {
      disk(prefix.clone());
      int step = Math.max(sectorSize, action.data().length / 16 / sectorSize * sectorSize);
      for (int cut = sectorSize; cut < action.data().length; cut += step) {
        byte[] torn = prefix.clone();
        apply(action, torn, 0, cut);
        disk(torn);
        byte[] backwards = prefix.clone();
        apply(action, backwards, cut, action.data().length);
        disk(backwards);
      }
      apply(action, prefix, 0, action.data().length);
    }
    disk(prefix);
    for (int i = 0; i < SHUFFLES; i++) {
      disk(selection(flushed.clone(), pending));
    }
  }

  private byte[] selection(byte[] bytes, List<LoggedDisk.Action> pending) {
    double share = random.nextDouble();
    for (LoggedDisk.Action action : pending) {
      for (int at = 0; at < action.data().length; at += sectorSize) {
        if (random.nextDouble() < share) {
          apply(action, bytes, at, at + sectorSize);
        }
      }
    }
    return bytes;
  }

  private void disk(byte[] bytes) {
    check.accept(new LoggedDisk(sectorSize, bytes));
  }

  private static void apply(LoggedDisk.Action action, byte[] bytes, int from, int to) {
    System.arraycopy(action.data(), from, bytes, (int) action.offset() + from, to - from);
  }
}
