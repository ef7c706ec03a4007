/** What the kernel says of itself as text: sysfs, mountinfo, swaps, each under a given root. */
@NullMarked
package dev.spindle.linux.sysfs;

import org.jspecify.annotations.NullMarked;
