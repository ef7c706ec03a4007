package dev.spindle.disks.claim;

/**
 * Room for new volumes on this node, in bytes of volume partitions: of all disks together, and of
 * the largest one.
 */
public record Capacity(long availableBytes, long largestBytes) {}
