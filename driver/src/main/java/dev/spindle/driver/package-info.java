/** The driver as a process: its settings, its wiring, its socket, its logs. */
@NullMarked
package dev.spindle.driver;

import org.jspecify.annotations.NullMarked;
