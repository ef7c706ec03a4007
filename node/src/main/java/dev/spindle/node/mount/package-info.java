/**
 * Mounts of volumes: staging, publishing and measuring them, with the kernel's mount table as the
 * only memory. Nothing here knows the wire.
 */
@NullMarked
package dev.spindle.node.mount;

import org.jspecify.annotations.NullMarked;
