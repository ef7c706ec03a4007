/** What the whole driver answers over its socket, on real block devices in every condition. */
@NullMarked
package dev.spindle.driver.answers;

import org.jspecify.annotations.NullMarked;
