/** The CSI Controller service of one node: volumes made, found, counted and deleted. */
@NullMarked
package dev.spindle.controller;

import org.jspecify.annotations.NullMarked;
