package dev.spindle.disks.claim;

import static dev.spindle.disks.Geometry.MIB;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.ScrubMethod;
import dev.spindle.disks.ScrubProgress;
import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryDisk.Discarded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Every operation that writes to disks, each on a disk as it finds one. A new operation is one more
 * entry in {@link #all()}.
 */
final class Operations {
  private static final String NAME = "pvc-1";

  /** So small that a judgement reads little, and the smallest that may join. */
  private static final long SMALL = Geometry.SMALLEST_DISK_BYTES;

  /** So large that an erasure has two steps, and that there are places that nobody samples. */
  private static final long LARGE = 100 * MIB;

  private static final String ELIGIBLE = DiskAnswer.ELIGIBLE;
  private static final String CLAIMED = "CLAIMED " + NAME;
  private static final String FORMATTING = "FORMATTING " + NAME;
  private static final String FORMATTED = "FORMATTED " + NAME;

  private static final int SLOT_B = 512 << 10;
  private static final int SLOT = 16 << 10;

  private final int sector;
  private final long large;

  Operations(int sector) {
    this(sector, LARGE);
  }

  /** With disks to scrub of a size of one's own. */
  Operations(int sector, long large) {
    this.sector = sector;
    this.large = large;
  }

  List<Operation> all() throws IOException {
    List<Operation> all = new ArrayList<>();
    joining(all, "claim of a blank disk", blank(), Operations::claim, CLAIMED);
    joining(all, "claim after a joining cut short", begun(), Operations::claim, CLAIMED);
    all.add(new Operation("joining undone", blank(), Operations::tryToClaim, ELIGIBLE, true, true));
    joining(all, "wipe of somebody's disk", foreign(), Operations::wipe, ELIGIBLE);
    joining(all, "wipe of a frozen disk of ours", frozen(), Operations::wipe, ELIGIBLE);
    joining(all, "giving back", free(), Operations::giveBack, ELIGIBLE);
    onOurs(all, "claim of a FREE disk", free(), Operations::claim, CLAIMED);
    onOurs(all, "FORMATTING", claimed(), until(State.FORMATTING), FORMATTING);
    onOurs(all, "FORMATTED", formatting(), until(State.FORMATTED), FORMATTED);
    onOurs(all, "release of a Block volume", block(), Operations::release, ELIGIBLE);
    onOurs(all, "release, zero", formatted("zero"), Operations::release, ELIGIBLE);
    for (Discarded device : Discarded.values()) {
      MemoryDisk disk = formatted("discard").discarding(device);
      onOurs(all, "release, discard, " + device, disk, Operations::release, ELIGIBLE);
    }
    onOurs(all, "scrub in steps, zero", toScrub(ScrubMethod.ZERO), inSteps(), ELIGIBLE);
    onOurs(all, "scrub in steps, discard", toScrub(ScrubMethod.DISCARD), inSteps(), ELIGIBLE);
    growth(all);
    afterFailures(all, true);
    afterFailures(all, false);
    return all;
  }

  private void growth(List<Operation> all) throws IOException {
    onOurs(all, "growth, CLAIMED", larger(claimed()), Operations::grow, CLAIMED);
    onOurs(all, "growth, FORMATTED", larger(formatted("zero")), Operations::grow, FORMATTED);
    onOurs(all, "growth, Block", larger(block()), Operations::grow, CLAIMED);
    onOurs(all, "growth by one sector", largerByASector(), Operations::grow, CLAIMED);
    MemoryDisk growing = growing(formatted("zero"));
    onOurs(all, "recovery of a growth", growing, recovery(), FORMATTED);
    onOurs(all, "release of a growing volume", growing, Operations::release, ELIGIBLE);
    onOurs(
        all,
        "FORMATTED of a growing volume",
        growing(formatting()),
        until(State.FORMATTED),
        FORMATTED);
  }

  /** On disks whose slots differ: as an error in the middle of a change leaves them, or rot. */
  private void afterFailures(List<Operation> all, boolean a) throws IOException {
    String bad = ", bad slot " + (a ? "A" : "B");
    String old = ", old slot " + (a ? "A" : "B");
    MemoryDisk formatted = formatted("zero");
    MemoryDisk toScrub = older(toScrub(ScrubMethod.ZERO), claimed(), a);
    onOurs(all, "recovery of a FREE disk" + bad, damaged(free(), a), recovery(), ELIGIBLE);
    onOurs(all, "recovery of a volume" + bad, damaged(formatted, a), recovery(), FORMATTED);
    onOurs(all, "recovery" + old, older(claimed(), free(), a), recovery(), CLAIMED);
    onOurs(all, "claim" + bad, damaged(free(), a), Operations::claim, CLAIMED);
    onOurs(all, "claim" + old, older(claimed(), free(), a), Operations::claimAgain, CLAIMED);
    onOurs(
        all,
        "FORMATTED" + old,
        older(formatting(), claimed(), a),
        until(State.FORMATTED),
        FORMATTED);
    onOurs(all, "release" + old, older(formatted, formatting(), a), Operations::release, ELIGIBLE);
    onOurs(all, "scrub" + old, toScrub, inSteps(), ELIGIBLE);
    onOurs(all, "growth" + bad, larger(damaged(formatted, a)), Operations::grow, FORMATTED);
    onOurs(
        all,
        "growth" + old,
        larger(older(formatted, formatting(), a)),
        Operations::grow,
        FORMATTED);
  }

  private static void onOurs(
      List<Operation> all, String name, MemoryDisk disk, Operation.Work work, String end) {
    all.add(new Operation(name, disk, work, end, false, false));
  }

  private static void joining(
      List<Operation> all, String name, MemoryDisk disk, Operation.Work work, String end) {
    all.add(new Operation(name, disk, work, end, true, false));
  }

  // What is done.

  private static void claim(MemoryPool pool, UUID volume) throws IOException {
    pool.look().provision(MemoryPool.block(NAME, MemoryPool.LONG_PARAMETERS));
  }

  /** Of a volume as {@link #claimed} has it. */
  private static void claimAgain(MemoryPool pool, UUID volume) throws IOException {
    pool.look().provision(MemoryPool.filesystem(NAME, MemoryPool.LONG_PARAMETERS));
  }

  /** Where no other disk is, in vain: the new table shows on the second path too. */
  private static void tryToClaim(MemoryPool pool, UUID volume) throws IOException {
    try {
      claim(pool, volume);
    } catch (IOException refused) {
      if (!String.valueOf(refused.getMessage()).contains("two paths to one disk")) {
        throw refused;
      }
    }
  }

  private static Operation.Work until(State state) {
    return (pool, volume) -> pool.look().format(volume, state);
  }

  private static void release(MemoryPool pool, UUID volume) throws IOException {
    pool.look().release(volume);
  }

  private static void grow(MemoryPool pool, UUID volume) throws IOException {
    pool.look().grow(volume, Lab.NAME);
  }

  private static Operation.Work inSteps() {
    return (pool, volume) -> pool.look().scrubInSteps(Lab.NAME);
  }

  private static Operation.Work recovery() {
    return (pool, volume) -> pool.look().recover();
  }

  private static void wipe(MemoryPool pool, UUID volume) throws IOException {
    pool.look().wipe(Lab.NAME);
  }

  private static void giveBack(MemoryPool pool, UUID volume) throws IOException {
    pool.look().giveBack(Lab.NAME);
  }

  // What it is done to.

  private MemoryDisk blank() {
    return new MemoryDisk(SMALL, sector);
  }

  private interface Step {
    void run(MemoryPool pool) throws IOException;
  }

  /** A disk after what a driver did to it. */
  private MemoryDisk after(MemoryDisk disk, Step step) throws IOException {
    Lab lab = new Lab(disk.snapshot());
    step.run(lab.start().look());
    return lab.machine.medium(Lab.NAME).snapshot();
  }

  private MemoryDisk free() throws IOException {
    MemoryDisk disk = block();
    return after(disk, pool -> pool.release(Lab.volume(disk)));
  }

  private MemoryDisk begun() throws IOException {
    MemoryDisk disk = free();
    for (long offset : disk.sectorsWithData(0, MIB)) {
      disk.zero(offset, sector);
    }
    return disk;
  }

  private MemoryDisk block() throws IOException {
    return after(blank(), pool -> pool.provision(MemoryPool.block(NAME, Map.of())));
  }

  private MemoryDisk claimed() throws IOException {
    return claimed(MemoryPool.LONG_PARAMETERS);
  }

  private MemoryDisk claimed(Map<String, String> parameters) throws IOException {
    return after(blank(), pool -> pool.provision(MemoryPool.filesystem(NAME, parameters)));
  }

  private MemoryDisk formatting() throws IOException {
    return formatting(claimed());
  }

  /** With what an mkfs leaves. */
  private MemoryDisk formatting(MemoryDisk claimed) throws IOException {
    UUID volume = Lab.volume(claimed);
    return withData(after(claimed, pool -> pool.format(volume, State.FORMATTING)));
  }

  private MemoryDisk formatted(String scrub) throws IOException {
    MemoryDisk claimed = claimed(Map.of("scrub", scrub));
    UUID volume = Lab.volume(claimed);
    return after(formatting(claimed), pool -> pool.format(volume, State.FORMATTED));
  }

  private static MemoryDisk larger(MemoryDisk disk) {
    return disk.enlarged(3 * MIB);
  }

  /** The volume gains 1 MiB all the same, and the new backup table overlaps the old one. */
  private MemoryDisk largerByASector() throws IOException {
    MemoryDisk disk = new MemoryDisk(SMALL + Geometry.ENTRIES_BYTES, sector);
    return withData(after(disk, pool -> pool.provision(MemoryPool.block(NAME, Map.of()))))
        .enlarged(sector);
  }

  /** With the intent to grow in both slots, and nothing done of it. */
  private MemoryDisk growing(MemoryDisk disk) throws IOException {
    MemoryDisk growing = larger(disk);
    Reading.Joined joined = (Reading.Joined) Ledger.read(growing);
    DiskRecord intent = joined.record().growing(Geometry.of(sector, growing.sizeBytes()));
    Ledger.write(growing, MIB, intent, joined.sequence() + 1);
    return growing;
  }

  private MemoryDisk toScrub(ScrubMethod method) throws IOException {
    MemoryDisk disk =
        withData(
            after(
                new MemoryDisk(large, sector),
                pool -> pool.provision(MemoryPool.block(NAME, Map.of()))));
    Reading.Joined joined = (Reading.Joined) Ledger.read(disk);
    DiskRecord record = joined.record().scrubbing(ScrubProgress.starting(method));
    Ledger.write(disk, MIB, record, joined.sequence() + 1);
    return disk;
  }

  /** Full of somebody's data, also where our slots will be. */
  private MemoryDisk foreign() throws IOException {
    MemoryDisk disk = withData(blank());
    Random random = new Random(sector);
    for (long at : new long[] {0, MIB, MIB + SLOT, MIB + SLOT_B, SMALL - MIB, SMALL - 8192}) {
      disk.write(at, bytes(random, 8192));
    }
    return disk;
  }

  private MemoryDisk frozen() throws IOException {
    MemoryDisk disk = formatted("zero");
    disk.write(MIB / 2, bytes(new Random(1), sector));
    return disk;
  }

  private MemoryDisk withData(MemoryDisk disk) throws IOException {
    Random random = new Random(disk.sizeBytes());
    Geometry geometry = Geometry.of(sector, disk.sizeBytes());
    long start = geometry.volume().startBytes();
    long places = geometry.volume().lengthBytes() / sector;
    for (int i = 0; i < 20; i++) {
      long place = i == 0 ? 0 : i == 1 ? places - 1 : random.nextInt((int) places);
      disk.write(start + place * sector, bytes(random, sector));
    }
    return disk;
  }

  /** One slot has rotted. */
  private MemoryDisk damaged(MemoryDisk disk, boolean a) throws IOException {
    MemoryDisk damaged = disk.snapshot();
    damaged.write(slot(a), bytes(new Random(2), sector));
    return damaged;
  }

  /** One slot was not reached by the last change. */
  private MemoryDisk older(MemoryDisk now, MemoryDisk before, boolean a) throws IOException {
    MemoryDisk older = now.snapshot();
    Reading.Joined current = (Reading.Joined) Ledger.read(now);
    Reading.Joined past = (Reading.Joined) Ledger.read(before);
    DiskRecord record = past.record();
    DiskRecord sameDisk =
        new DiskRecord(
            record.owner(),
            current.record().diskGuid(),
            current.record().geometry(),
            record.state(),
            record.claim() == null ? null : current.record().claim(),
            null);
    MemoryDisk scratch = now.snapshot();
    Ledger.write(scratch, MIB, sameDisk, current.sequence() - 1);
    older.write(slot(a), scratch.read(slot(a), SLOT));
    return older;
  }

  private static long slot(boolean a) {
    return MIB + (a ? 0 : SLOT_B);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
