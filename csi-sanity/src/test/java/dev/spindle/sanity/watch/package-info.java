/** A driver's machine whose every call can be watched, held up or made to fail. */
@NullMarked
package dev.spindle.sanity.watch;

import org.jspecify.annotations.NullMarked;
