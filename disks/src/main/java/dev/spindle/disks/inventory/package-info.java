/** One look at the node's disks, kept in memory and renewed. */
@NullMarked
package dev.spindle.disks.inventory;

import org.jspecify.annotations.NullMarked;
