package dev.spindle.disks.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequireRoot
final class SilenceTest {
  private static final int DISKS = 2;

  @RegisterExtension final LoopDisks loops = new LoopDisks();

  @Test
  void disksThatNobodyAskedAnythingForAWhileAreNotSilent() throws Exception {
    Set<String> own = new HashSet<>();
    for (int i = 0; i < DISKS; i++) {
      own.add(loops.create(8 << 20, 512).name());
    }
    Hardware hardware = ThisNode.hardware();
    Policy policy =
        new Policy(new Owner("test.spindle.dev", "n"), List.of(), List.of(), 0, true, false);
    try (Inventory inventory = new Inventory(hardware, policy, true, late())) {
      inventory.refresh();
      TimeUnit.NANOSECONDS.sleep(Pulse.SILENCE_NANOS + 200_000_000);
      assertThat(silentWhileLooking(inventory)).doesNotContainAnyElementsOf(own);
    }
  }

  /** As on a busy machine, threads start late. */
  private static ExecutorService late() {
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>()) {
      @Override
      protected void beforeExecute(Thread thread, Runnable task) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    };
  }

  private static Set<String> silentWhileLooking(Inventory inventory) throws Exception {
    Set<String> silent = ConcurrentHashMap.newKeySet();
    Thread watcher = new Thread(() -> watch(inventory, silent));
    watcher.start();
    inventory.refresh();
    watcher.interrupt();
    watcher.join();
    return silent;
  }

  private static void watch(Inventory inventory, Set<String> silent) {
    while (!Thread.currentThread().isInterrupted()) {
      inventory.disks().stream()
          .filter(SilenceTest::saidToBeSilent)
          .map(Examined::name)
          .forEach(silent::add);
    }
  }

  private static boolean saidToBeSilent(Examined disk) {
    return disk.verdict().reasons().stream().map(Reason::code).anyMatch(Code.SILENT::equals);
  }
}
