/** What the kernel does for a disk driver, one small interface per concern; no native code here. */
@NullMarked
package dev.spindle.linux;

import org.jspecify.annotations.NullMarked;
