package dev.spindle.disks.gpt;

/** What one copy of a partition table, primary or backup, turned out to be. */
public sealed interface TableReading {
  /**
   * A valid table whose first two partitions are of Spindle's types. Whether it is byte for byte
   * what Spindle writes is seen by comparing it with {@link PartitionTable#primary}.
   */
  record Ours(PartitionTable table) implements TableReading {}

  /** A valid table with no partition of Spindle's types. */
  record Foreign() implements TableReading {}

  /**
   * A header's signature, but no valid table; or a valid one that has partitions of Spindle's types
   * otherwise than Spindle makes them.
   *
   * @param namesUs whether there are partitions of Spindle's types where its entries should be
   */
  record Damaged(String why, boolean namesUs) implements TableReading {}

  /** No header's signature where a header would be. */
  record None() implements TableReading {}
}
