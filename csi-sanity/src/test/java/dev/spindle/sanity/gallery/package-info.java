/** Disks that belong to somebody else: what is on each, and the reason for which it is refused. */
@NullMarked
package dev.spindle.sanity.gallery;

import org.jspecify.annotations.NullMarked;
