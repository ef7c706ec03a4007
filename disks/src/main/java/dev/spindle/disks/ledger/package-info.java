/**
 * What a disk says of itself: our table and record on it, read and written in a crash-safe order.
 */
@NullMarked
package dev.spindle.disks.ledger;

import org.jspecify.annotations.NullMarked;
