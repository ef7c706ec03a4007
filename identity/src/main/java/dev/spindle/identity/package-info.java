/** The CSI Identity service: who the driver is, what it offers, whether it is up. */
@NullMarked
package dev.spindle.identity;

import org.jspecify.annotations.NullMarked;
