package dev.spindle.disks.inventory;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.eligibility.Content;
import dev.spindle.disks.eligibility.Disk;
import dev.spindle.disks.eligibility.Eligibility;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Verdict;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.sysfs.NaturalOrder;
import dev.spindle.linux.sysfs.SysDisk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's disks: one look at all of them, kept in memory and renewed. Every disk is looked at by
 * a thread of its own, so that one that has gone silent hangs nobody else; it is unreadable until
 * it answers.
 *
 * <p>Each disk has a lock, held while it is looked at and while its ledger is written, so that an
 * old look cannot overwrite what a newer write has established. docs/locking.md has the order of
 * all locks.
 */
public final class Inventory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);

  private final Hardware hardware;
  private final Policy policy;
  private final Examiner examiner;
  private final Memory memory = new Memory();
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final Map<String, Disk> facts = new HashMap<>();
  private final ExecutorService readers;
  private volatile List<Examined> latest = List.of();
  private volatile boolean complete;

  /** The events after which every disk was as it had been looked at. */
  private String followed = "";

  /** A disk's lock and signs of life. */
  private static final class Watched {
    private final ReentrantLock lock = new ReentrantLock();
    private final Pulse pulse = new Pulse();
  }

  /** Work on a disk while nobody else looks at it or writes to it. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; beats the pulse after each answer of the disk where it takes long. */
    T run(Pulse pulse) throws IOException;
  }

  /**
   * Looks at nothing yet.
   *
   * @param readOnly for commands that look beside a running driver: never opens anything
   *     exclusively, and asks no disk for its opinion of itself
   */
  public Inventory(Hardware hardware, Policy policy, boolean readOnly) {
    this(hardware, policy, readOnly, Executors.newCachedThreadPool(Inventory::reader));
  }

  /**
   * With threads to look with.
   *
   * @param readers as many as there are disks, or a silent disk hangs others
   */
  public Inventory(Hardware hardware, Policy policy, boolean readOnly, ExecutorService readers) {
    this.readers = readers;
    this.hardware = hardware;
    this.policy = policy;
    this.examiner = new Examiner(hardware, policy, readOnly);
  }

  private static Thread reader(Runnable task) {
    Thread thread = new Thread(task, "disk-reader");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Looks at every disk once and returns when each has answered or been silent for 10 seconds.
   *
   * @throws IOException if the kernel's list of disks, the mount table or the swaps cannot be read
   */
  public void refresh() throws IOException {
    Surroundings around = Surroundings.look(hardware);
    List<String> names = hardware.sysBlock().names();
    forgetAllBut(names);
    Set<String> pending = ConcurrentHashMap.newKeySet();
    for (String name : names) {
      Watched disk = watch(name);
      if (!disk.lock.isLocked()) {
        // Nobody has asked it anything lately; that is not silence.
        disk.pulse.beat();
      }
      pending.add(name);
      readers.execute(() -> lookAndReport(name, around, pending));
    }
    awaitAnswers(pending);
    complete = true;
  }

  /**
   * Looks at the disks that came, left or changed since they were looked at, and waits for none of
   * them. Costs next to nothing where the kernel has nothing new; to be called by one thread.
   *
   * @throws IOException as {@link #refresh}
   */
  public void follow() throws IOException {
    String events = hardware.sysBlock().events();
    if (events.equals(followed)) {
      return;
    }
    Set<String> changed = hardware.sysBlock().changed(known());
    if (changed.isEmpty()) {
      followed = events;
      return;
    }
    Surroundings around = Surroundings.look(hardware);
    for (String name : changed) {
      readers.execute(() -> lookAndReport(name, around, ConcurrentHashMap.newKeySet()));
    }
  }

  private synchronized List<SysDisk> known() {
    return facts.values().stream().map(Disk::device).toList();
  }

  private void lookAndReport(String name, Surroundings around, Set<String> pending) {
    Watched disk = watch(name);
    if (disk.lock.tryLock()) {
      try {
        disk.pulse.beat();
        look(name, around, disk.pulse);
      } finally {
        disk.lock.unlock();
        pending.remove(name);
      }
    } else if (!disk.pulse.silent()) {
      pending.remove(name);
    }
  }

  private void awaitAnswers(Set<String> pending) throws IOException {
    while (!pending.isEmpty()) {
      for (String name : List.copyOf(pending)) {
        if (watch(name).pulse.silent() && pending.remove(name)) {
          publish(name, new Reason(Reason.Code.SILENT, "it has not answered for 10 seconds"));
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(2);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped while looking at disks");
      }
    }
  }

  private void look(String name, Surroundings around, Pulse pulse) {
    try {
      Optional<SysDisk> device = hardware.sysBlock().read(name);
      if (device.isPresent()) {
        publish(examiner.examine(device.get(), around, pulse));
      } else {
        forget(name);
      }
    } catch (IOException failed) {
      publishUnreadable(name, "the kernel does not describe it: " + failed.getMessage());
    } catch (RuntimeException broken) {
      // A fault of ours; but a disk that is not understood is not one that is not there.
      LOG.error("looking at {} failed", name, broken);
      publishUnreadable(name, "it could not be judged: " + broken);
    }
  }

  /** Whether any of some disks answers a question with yes, as {@link Poll} says. */
  public boolean anyOf(List<SysDisk> disks, Poll.Question question) throws InterruptedIOException {
    return Poll.anyOf(disks, question, readers);
  }

  /** Looks at one disk again: after its ledger was written, and by whoever holds its lock. */
  public void renew(String name) throws IOException {
    Surroundings around = surroundings(name);
    exclusively(
        name,
        pulse -> {
          look(name, around, pulse);
          return name;
        });
  }

  /** If they cannot be read, what was seen of the disk before its ledger was written is stale. */
  private Surroundings surroundings(String name) throws IOException {
    try {
      return Surroundings.look(hardware);
    } catch (IOException failed) {
      publishUnreadable(name, "it could not be looked at again: " + failed.getMessage());
      throw failed;
    }
  }

  /**
   * Runs work on a disk while nobody else of this process looks at it or writes to it. May be
   * nested for the same disk, never for two.
   *
   * @throws IOException the work's own, or that the disk was busy or silent for 10 seconds
   */
  public <T> T exclusively(String name, Work<T> work) throws IOException {
    Watched disk = watch(name);
    boolean held = false;
    try {
      held = disk.lock.tryLock(10, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    if (!held) {
      throw new IOException("/dev/" + name + " is busy with other work, or does not answer");
    }
    try {
      disk.pulse.beat();
      return work.run(disk.pulse);
    } finally {
      disk.lock.unlock();
    }
  }

  /** Judges a disk anew through a descriptor that its caller holds exclusively (rule R1). */
  public Examined judgeHeld(BlockDevice open, SysDisk device, Pulse pulse) throws IOException {
    Surroundings around = Surroundings.look(hardware);
    Disk disk = examiner.examineHeld(open, device, around, pulse);
    synchronized (this) {
      Map<String, Disk> all = new HashMap<>(facts);
      all.put(device.name(), disk);
      disk = disk.withTwins(Likeness.of(all.values()).twins(disk));
    }
    return new Examined(disk, Eligibility.judge(disk, policy));
  }

  private Watched watch(String name) {
    return watched.computeIfAbsent(name, any -> new Watched());
  }

  private synchronized void publish(Disk disk) {
    facts.put(disk.name(), disk);
    republish();
  }

  private synchronized void forget(String name) {
    facts.remove(name);
    republish();
  }

  private synchronized void forgetAllBut(List<String> names) {
    facts.keySet().retainAll(new HashSet<>(names));
    republish();
  }

  private void publishUnreadable(String name, String why) {
    publish(name, new Reason(Reason.Code.UNREADABLE, why));
  }

  private synchronized void publish(String name, Reason reason) {
    Disk before = facts.get(name);
    Disk known = before == null ? UnknownDisk.named(name) : before;
    facts.put(
        name,
        new Disk(
            known.device(),
            known.mounts(),
            known.swaps(),
            known.held(),
            true,
            new Content.Unreadable(reason),
            Disk.Twins.NONE,
            known.signs()));
    republish();
  }

  private void republish() {
    Likeness likeness = Likeness.of(facts.values());
    List<Examined> all = new ArrayList<>();
    for (Disk disk : facts.values()) {
      Disk compared = disk.withTwins(likeness.twins(disk));
      all.add(new Examined(compared, Eligibility.judge(compared, policy)));
    }
    all.sort(Comparator.comparing(Examined::name, new NaturalOrder()));
    memory.remember(all, policy.owner());
    latest = List.copyOf(all);
  }

  /**
   * Whether a whole look has been taken: before that nobody may conclude anything from {@link
   * #disks()}.
   */
  public boolean complete() {
    return complete;
  }

  /** Every block device of the node, as of the last look or change, in the kernel names' order. */
  public List<Examined> disks() {
    return latest;
  }

  /** The disk of a name, as of the last look or change. */
  public Optional<Examined> disk(String name) {
    return latest.stream().filter(disk -> disk.name().equals(name)).findFirst();
  }

  /**
   * Volumes that this process has seen on disks that cannot be read now or are gone, as volume
   * record and the name of the disk they were on.
   */
  public synchronized Map<DiskRecord, String> lostVolumes() {
    return memory.lost(latest);
  }

  /**
   * What is the matter with the disk of a name, on which a volume was or may be, as the end of a
   * sentence that names it.
   */
  public String trouble(String name) {
    return disk(name)
        .map(Examined::verdict)
        .filter(Verdict::mayHideVolume)
        .map(verdict -> ": " + verdict.reasons().get(0).message())
        .orElse(", which is gone or holds something else now");
  }

  /** Whether a disk is one that the policy names. */
  public boolean named(Examined examined) {
    return policy.names(examined.disk().device());
  }

  /** Whether a disk is the driver's business: named, or with a record of ours on it. */
  public boolean concerns(Examined examined) {
    return named(examined)
        || examined.verdict() instanceof Verdict.Ours
        || examined.verdict() instanceof Verdict.Frozen;
  }

  /**
   * Whether a disk is one that the policy names, or would if its names were known: an unreadable
   * one may hold a volume of ours.
   */
  public boolean mayBeNamed(Examined examined) {
    return policy.mayName(examined.disk().device());
  }

  /** Whether the policy excludes a disk: what is on it is found, but nothing is started there. */
  public boolean excluded(Examined examined) {
    return policy.excludes(examined.disk().device());
  }

  /**
   * Looks at every disk and picks the one that a person named.
   *
   * @param device its node or any name that leads to it
   * @throws IOException if it is no whole disk of this node
   */
  public Examined find(Path device) throws IOException {
    refresh();
    String name;
    try {
      name = Path.of("/dev").relativize(device.toRealPath()).toString();
    } catch (NoSuchFileException absent) {
      throw new IOException("there is no " + device, absent);
    }
    return disk(name)
        .orElseThrow(() -> new IOException(device + " is not a whole disk of this node"));
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }
}
