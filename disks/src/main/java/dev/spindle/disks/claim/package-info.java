/** Claiming a disk for a volume, finding it again, giving it back. */
@NullMarked
package dev.spindle.disks.claim;

import org.jspecify.annotations.NullMarked;
