/** Erasing a disk between two volumes, in the background and resumably. */
@NullMarked
package dev.spindle.disks.scrub;

import org.jspecify.annotations.NullMarked;
