/** What every gRPC service here shares. It knows CSI and gRPC, and nothing of disks. */
@NullMarked
package dev.spindle.rpc;

import org.jspecify.annotations.NullMarked;
