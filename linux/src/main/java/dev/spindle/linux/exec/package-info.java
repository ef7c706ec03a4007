/** External programs: found and checked at start, run with argument lists and deadlines. */
@NullMarked
package dev.spindle.linux.exec;

import org.jspecify.annotations.NullMarked;
