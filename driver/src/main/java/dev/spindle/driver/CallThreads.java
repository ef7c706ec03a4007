package dev.spindle.driver;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that calls run on: a few for calls that never wait, many for those that wait for
 * disks. So hung disks, which can take every one of the many, cannot keep Probe from answering.
 *
 * <p>gRPC looks a call's method up on the server's executor before it asks for another one;
 * therefore the quick threads are the server's, and the others are what it is switched to.
 */
final class CallThreads implements ServerCallExecutorSupplier, AutoCloseable {
  private static final int QUICK_THREADS = 2;

  /**
   * More than the calls that a provisioner (5 workers), a kubelet and the probes have under way;
   * the rest queue.
   */
  private static final int DISK_THREADS = 64;

  private static final long IDLE_SECONDS = 30;

  private final ThreadPoolExecutor quick = pool("quick-call", QUICK_THREADS);
  private final ThreadPoolExecutor disk = pool("call", DISK_THREADS);

  /** The server's own executor. */
  Executor quick() {
    return quick;
  }

  @Override
  public <ReqT, RespT> Executor getExecutor(ServerCall<ReqT, RespT> call, Metadata metadata) {
    return neverWaits(call.getMethodDescriptor().getFullMethodName()) ? quick : disk;
  }

  /** Whether a method answers from memory whatever the disks do. */
  static boolean neverWaits(String fullMethodName) {
    return fullMethodName.startsWith("csi.v1.Identity/")
        || fullMethodName.endsWith("GetCapabilities");
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory(name, true));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Takes no more calls; those that run go on. Nothing is interrupted: a thread may be writing. */
  @Override
  public void close() {
    quick.shutdown();
    disk.shutdown();
  }
}
