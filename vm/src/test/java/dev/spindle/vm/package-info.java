/**
 * The driver in a small virtual machine: disks on the transports that servers have, which can be
 * pulled out and put back, come up under other names, lose power, fail and be slow. {@code make
 * test-vm} runs these tests.
 */
@NullMarked
package dev.spindle.vm;

import org.jspecify.annotations.NullMarked;
