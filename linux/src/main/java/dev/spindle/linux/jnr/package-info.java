/** The native bindings, and the only package that knows JNR. {@code NativeLinux} is its door. */
@NullMarked
package dev.spindle.linux.jnr;

import org.jspecify.annotations.NullMarked;
