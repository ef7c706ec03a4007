/** Disks and volumes as tables and JSON. Pure: what was looked at in, text out. */
@NullMarked
package dev.spindle.driver.listing;

import org.jspecify.annotations.NullMarked;
