package dev.spindle.linux.jnr;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The loaded libraries, each loaded when it is first asked for. */
final class Libraries {
  private Libraries() {}

  static SystemCalls systemCalls() {
    return HeldSystemCalls.CALLS;
  }

  static LibBlkid blkid() {
    return HeldBlkid.LIBRARY;
  }

  /** The runtime of the libraries: its errno belongs to the calling thread's last native call. */
  static Runtime runtime() {
    return HeldSystemCalls.RUNTIME;
  }

  private static <T> T load(Class<T> library, String name) {
    // Generated stubs cost more at start than they save at these call rates. JNR asks once: where
    // jnr-unixsocket was there first, they are generated.
    if (System.getProperty("jnr.ffi.asm.enabled") == null) {
      System.setProperty("jnr.ffi.asm.enabled", "false");
    }
    return LibraryLoader.create(library).load(name);
  }

  /** Loads the C library on first use. */
  private static final class HeldSystemCalls {
    static final LibC LIBRARY = load(LibC.class, "c");
    static final Runtime RUNTIME = Runtime.getRuntime(LIBRARY);
    static final SystemCalls CALLS = new SystemCalls(LIBRARY, RUNTIME);
  }

  /** Loads libblkid on first use. */
  private static final class HeldBlkid {
    static final LibBlkid LIBRARY = load(LibBlkid.class, "libblkid.so.1");
  }
}
