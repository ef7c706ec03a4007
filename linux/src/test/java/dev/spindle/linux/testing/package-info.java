/** Disks for tests, of this module and all others: memory and loop disks. */
@NullMarked
package dev.spindle.linux.testing;

import org.jspecify.annotations.NullMarked;
