package dev.spindle.linux.jnr;

import org.jspecify.annotations.Nullable;

/** The arguments of one mount(2), and what to call it in an error. */
record MountCall(
    String operation,
    String source,
    String target,
    @Nullable String type,
    long flags,
    @Nullable String data) {}
