/** The CSI Node service: reads requests, asks {@code node.mount}, and answers. */
@NullMarked
package dev.spindle.node;

import org.jspecify.annotations.NullMarked;
