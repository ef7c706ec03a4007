package dev.spindle.linux.jnr;

import dev.spindle.linux.Errno;
import dev.spindle.linux.KernelException;
import dev.spindle.linux.MountOptions;
import dev.spindle.linux.Mounts;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** Mounts with mount(2), umount2(2) and, read-only, with mount_setattr(2) of Linux 5.12. */
final class JnrMounts implements Mounts {
  // include/uapi/linux/mount.h
  private static final long MS_BIND = 1 << 12;

  // include/linux/fs.h
  private static final int UMOUNT_NOFOLLOW = 8;

  // mount(2) reads one page and cuts off what is longer (fs/namespace.c, copy_mount_options).
  private static final int DATA_LIMIT = 4096;

  @Override
  public void mount(Path source, Path target, String type, MountOptions options)
      throws IOException {
    String data = options.data();
    if (data.getBytes(Charset.defaultCharset()).length >= DATA_LIMIT) {
      throw new KernelException("mount with too long options", target.toString(), Errno.EINVAL);
    }
    Libraries.systemCalls()
        .mount(
            new MountCall(
                "mount",
                source.toString(),
                target.toString(),
                type,
                options.flags(),
                data.isEmpty() ? null : data));
  }

  @Override
  public void tryOut(Path source, String type, boolean readOnly) throws IOException {
    Libraries.systemCalls().mountNowhere(source.toString(), type, readOnly);
  }

  @Override
  public void bind(Path source, Path target, boolean readOnly) throws IOException {
    SystemCalls calls = Libraries.systemCalls();
    String from = source.toString();
    String to = target.toString();
    if (readOnly) {
      calls.bindReadOnly(from, to);
    } else {
      calls.mount(new MountCall("bind mount", from, to, null, MS_BIND, null));
    }
  }

  @Override
  public void unmount(Path target) throws IOException {
    Libraries.systemCalls().umount(target.toString(), UMOUNT_NOFOLLOW);
  }

  @Override
  public Usage usage(Path path) throws IOException {
    return StatfsBuffer.of(Libraries.systemCalls(), path.toString()).usage();
  }
}
