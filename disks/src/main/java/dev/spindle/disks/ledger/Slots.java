package dev.spindle.disks.ledger;

import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.State;
import dev.spindle.linux.RawDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Both slots of a record. */
record Slots(Slot a, Slot b) {
  /** Where slot A starts in the record, in bytes. */
  static final int A_OFFSET = 0;

  /**
   * Where slot B starts in the record, in bytes: far from A, so that what destroys one (a bad block
   * of flash, a stray write) is not likely to reach the other.
   */
  static final int B_OFFSET = 512 << 10;

  /**
   * The slots of a record as they are now.
   *
   * @param recordOffset where the record starts on {@code disk}, bytes
   */
  static Slots on(RawDisk disk, long recordOffset) throws IOException {
    return new Slots(
        SlotCodec.decode(disk.read(recordOffset + A_OFFSET, SlotCodec.SLOT_BYTES)),
        SlotCodec.decode(disk.read(recordOffset + B_OFFSET, SlotCodec.SLOT_BYTES)));
  }

  /** Whether a slot is beyond this code. */
  boolean newer() {
    return a instanceof Slot.Newer || b instanceof Slot.Newer;
  }

  /**
   * The slot that counts: the valid one with the higher sequence. None if neither is valid, or if
   * both have one sequence and different contents, which no order of our writes leaves behind.
   */
  Optional<Slot.Valid> current() {
    List<Slot.Valid> valid = valid();
    if (valid.size() < 2) {
      return valid.stream().findFirst();
    }
    Slot.Valid first = valid.get(0);
    Slot.Valid second = valid.get(1);
    if (first.sequence() == second.sequence()) {
      return first.equals(second) ? Optional.of(first) : Optional.empty();
    }
    return Optional.of(first.sequence() > second.sequence() ? first : second);
  }

  /**
   * Where the slots start in the record, in the order to write them in. The one that counts comes
   * last: until the other one is whole it is all there is, and torn it would give way to a state
   * that was left long ago.
   */
  List<Integer> writingOrder() {
    boolean onlyA =
        a instanceof Slot.Valid && !a.equals(b) && current().filter(a::equals).isPresent();
    return onlyA ? List.of(B_OFFSET, A_OFFSET) : List.of(A_OFFSET, B_OFFSET);
  }

  /** Whether both say the same, but for the progress of a scrub. */
  boolean agree() {
    return a instanceof Slot.Valid one
        && b instanceof Slot.Valid other
        && (one.equals(other) || one.isSameScrubAs(other));
  }

  /** Whether a valid slot, also one that no longer counts, says that the disk is in use. */
  boolean anyInUse() {
    return valid().stream().map(Slot.Valid::record).map(DiskRecord::state).anyMatch(Slots::inUse);
  }

  private static boolean inUse(State state) {
    return state != State.FREE;
  }

  private List<Slot.Valid> valid() {
    List<Slot.Valid> valid = new ArrayList<>();
    Stream.of(a, b)
        .filter(Slot.Valid.class::isInstance)
        .map(Slot.Valid.class::cast)
        .forEach(valid::add);
    return valid;
  }

  @Override
  public String toString() {
    return "slot A " + a + "; slot B " + b;
  }
}
