package dev.spindle.linux.testing;

import dev.spindle.linux.MountOptions;
import dev.spindle.linux.jnr.NativeLinux;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves a FUSE filesystem with one file that stops answering when it is told to. A process of its
 * own for {@link StallingFile}: what waits in the kernel for a file keeps the descriptors of its
 * process open, so that a process that served itself could never end.
 *
 * <p>Reads orders from standard input until its end: {@code stall}, {@code stall-writes N} for
 * those behind a byte, {@code slow-writes N}, {@code release}, and {@code awaited}, which is
 * answered with true or false.
 */
final class StallingServer {
  // include/uapi/linux/fuse.h, enum fuse_opcode
  private static final int LOOKUP = 1;
  private static final int FORGET = 2;
  private static final int GETATTR = 3;
  private static final int SETATTR = 4;
  private static final int OPEN = 14;
  private static final int READ = 15;
  private static final int WRITE = 16;
  private static final int RELEASE = 18;
  private static final int FSYNC = 20;
  private static final int FLUSH = 25;
  private static final int INIT = 26;
  private static final int INTERRUPT = 36;
  private static final int DESTROY = 38;
  private static final int BATCH_FORGET = 42;

  private static final int IN_HEADER = 40;
  private static final int OUT_HEADER = 16;
  private static final int READ_OR_WRITE_IN = 40;
  private static final int LARGEST_WRITE = 128 << 10;
  private static final long SLOW_NANOS = 2_000_000_000;
  private static final int ENOENT = 2;
  private static final int ENOSYS = 38;
  private static final int MINOR = 31;
  private static final long ROOT_NODE = 1;
  private static final long FILE_NODE = 2;
  private static final int FOPEN_DIRECT_IO = 1;
  private static final int DIRECTORY_MODE = 0040700;
  private static final int FILE_MODE = 0100600;

  private final long sizeBytes;
  private final FileChannel content;
  private final FileChannel fromKernel;
  // One channel for both would not write while it waits for something to read.
  private final FileChannel toKernel;
  private final List<Request> waiting = new ArrayList<>();
  private final List<Long> waitingLookups = new ArrayList<>();
  private boolean lookupsStalled;
  private long slowFrom = Long.MAX_VALUE;
  private Predicate<Request> stalled = request -> false;

  /**
   * A read or a write that the kernel asks for.
   *
   * @param data what to write; null for a read
   */
  private record Request(long unique, long offset, int size, @Nullable ByteBuffer data) {}

  private StallingServer(Path folder, long sizeBytes) throws IOException {
    this.sizeBytes = sizeBytes;
    this.content = new RandomAccessFile(folder.resolve("content").toFile(), "rw").getChannel();
    RandomAccessFile fuse = new RandomAccessFile("/dev/fuse", "rw");
    this.fromKernel = new FileInputStream(fuse.getFD()).getChannel();
    this.toKernel = new FileOutputStream(fuse.getFD()).getChannel();
    String data = "fd=" + descriptor() + ",rootmode=40000,user_id=0,group_id=0";
    new NativeLinux()
        .mounts()
        .mount(
            Path.of("stalling"),
            Files.createDirectories(folder.resolve("fuse")),
            "fuse",
            MountOptions.parse(List.of(data)));
  }

  /** The descriptor of /dev/fuse, whose number Java does not tell. */
  private static int descriptor() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(StallingServer::isFuse)
          .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean isFuse(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().equals("/dev/fuse");
    } catch (IOException closed) {
      return false;
    }
  }

  /** Serves until it is unmounted, or standard input ends: then all that waits fails. */
  public static void main(String[] arguments) throws IOException {
    StallingServer server = new StallingServer(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    Thread serving = new Thread(server::serve, "serving");
    serving.setDaemon(true);
    serving.start();
    System.out.println("serving");
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      System.out.println(server.obey(order));
    }
  }

  private synchronized String obey(String order) throws IOException {
    if (order.equals("awaited")) {
      return String.valueOf(!waiting.isEmpty() || !waitingLookups.isEmpty());
    }
    if (order.equals("release")) {
      stalled = request -> false;
      slowFrom = Long.MAX_VALUE;
      for (Request request : waiting) {
        answer(request);
      }
      waiting.clear();
      lookupsStalled = false;
      for (long lookup : waitingLookups) {
        reply(lookup, -ENOENT, buffer(0));
      }
      waitingLookups.clear();
    } else if (order.equals("stall")) {
      stalled = request -> true;
      lookupsStalled = true;
    } else if (order.startsWith("slow-writes ")) {
      slowFrom = Long.parseLong(order.substring(order.indexOf(' ') + 1));
    } else {
      long from = Long.parseLong(order.substring(order.indexOf(' ') + 1));
      stalled = request -> request.data() != null && request.offset() >= from;
    }
    return "done";
  }

  /** Until it is unmounted. */
  private void serve() {
    ByteBuffer in = buffer(2 * LARGEST_WRITE);
    try (fromKernel;
        toKernel;
        content) {
      while (true) {
        in.clear();
        if (fromKernel.read(in) >= IN_HEADER) {
          serve(in.flip());
        }
      }
    } catch (IOException unmounted) {
      // ENODEV: the filesystem is gone.
    }
  }

  private synchronized void serve(ByteBuffer in) throws IOException {
    int opcode = in.getInt(4);
    long unique = in.getLong(8);
    long node = in.getLong(16);
    switch (opcode) {
      case READ, WRITE -> readOrWrite(request(in, opcode, unique));
      case INIT -> reply(unique, initialised());
      case LOOKUP -> lookUp(unique, in.position(IN_HEADER));
      case GETATTR, SETATTR -> reply(unique, attributes(node, buffer(104).position(16)));
      case OPEN -> reply(unique, buffer(16).putInt(8, FOPEN_DIRECT_IO));
      case RELEASE, FLUSH, FSYNC, DESTROY -> reply(unique, buffer(0));
      case FORGET, BATCH_FORGET, INTERRUPT -> {}
      default -> reply(unique, -ENOSYS, buffer(0));
    }
  }

  /** Any path but the file's hangs too; whoever lists loop devices looks the file itself up. */
  private void lookUp(long unique, ByteBuffer in) throws IOException {
    if (StandardCharsets.UTF_8.decode(in).toString().equals("disk\0")) {
      reply(unique, entry());
    } else if (lookupsStalled) {
      waitingLookups.add(unique);
    } else {
      reply(unique, -ENOENT, buffer(0));
    }
  }

  private static Request request(ByteBuffer in, int opcode, long unique) {
    long offset = in.getLong(IN_HEADER + 8);
    int size = in.getInt(IN_HEADER + 16);
    if (opcode == READ) {
      return new Request(unique, offset, size, null);
    }
    ByteBuffer data = buffer(size).put(in.position(IN_HEADER + READ_OR_WRITE_IN)).flip();
    return new Request(unique, offset, size, data);
  }

  private void readOrWrite(Request request) throws IOException {
    if (stalled.test(request)) {
      waiting.add(request);
    } else {
      answer(request);
    }
  }

  private void answer(Request request) throws IOException {
    if (request.data() == null) {
      int size = (int) Math.max(0, Math.min(request.size(), sizeBytes - request.offset()));
      // What was never written reads as zeroes.
      ByteBuffer data = buffer(size);
      content.read(data, request.offset());
      reply(request.unique(), data.position(0));
    } else {
      if (request.offset() >= slowFrom) {
        LockSupport.parkNanos(SLOW_NANOS);
      }
      content.write(request.data(), request.offset());
      reply(request.unique(), buffer(8).putInt(0, request.size()));
    }
  }

  private static ByteBuffer initialised() {
    ByteBuffer out = buffer(64);
    out.putInt(0, 7).putInt(4, MINOR).putInt(20, LARGEST_WRITE);
    return out;
  }

  private ByteBuffer entry() {
    return attributes(FILE_NODE, buffer(128).putLong(0, FILE_NODE).position(40));
  }

  /** Puts a struct fuse_attr where the buffer stands. */
  private ByteBuffer attributes(long node, ByteBuffer out) {
    int at = out.position();
    out.putLong(at, node);
    out.putLong(at + 8, node == ROOT_NODE ? 0 : sizeBytes);
    out.putInt(at + 60, node == ROOT_NODE ? DIRECTORY_MODE : FILE_MODE);
    out.putInt(at + 64, 1);
    return out.position(0);
  }

  private void reply(long unique, ByteBuffer body) throws IOException {
    reply(unique, 0, body);
  }

  private void reply(long unique, int error, ByteBuffer body) throws IOException {
    ByteBuffer out = buffer(OUT_HEADER + body.remaining());
    out.putInt(out.capacity()).putInt(error).putLong(unique).put(body).flip();
    toKernel.write(out);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
