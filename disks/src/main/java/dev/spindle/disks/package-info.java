/** The words of this domain: volumes, their ids, who owns a disk, what is recorded about it. */
@NullMarked
package dev.spindle.disks;

import org.jspecify.annotations.NullMarked;
