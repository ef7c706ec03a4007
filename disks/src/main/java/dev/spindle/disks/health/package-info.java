/** What ails the disks and the volumes on them. */
@NullMarked
package dev.spindle.disks.health;

import org.jspecify.annotations.NullMarked;
