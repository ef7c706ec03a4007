/** Who may be claimed. Pure: facts and policy in, a verdict with all its reasons out. */
@NullMarked
package dev.spindle.disks.eligibility;

import org.jspecify.annotations.NullMarked;
