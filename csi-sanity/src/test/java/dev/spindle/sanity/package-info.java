/**
 * Conformance: the official csi-sanity and our own cases against the real driver in a process of
 * its own, and the manifests against both.
 */
@NullMarked
package dev.spindle.sanity;

import org.jspecify.annotations.NullMarked;
