package dev.spindle.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words that start a guest. */
final class QemuCommand {
  private static final Path KVM = Path.of("/dev/kvm");

  /**
   * A host that is busy elsewhere while the guest's kernel measures its clocks must not matter: the
   * kernel would stop for a timer that seems dead, and count seconds by a wrong measure of the TSC.
   */
  private static final String KERNEL =
      "console=ttyS0 quiet mitigations=off nokaslr audit=0 random.trust_cpu=on no_timer_check"
          + " tsc=unstable panic=1";

  private QemuCommand() {}

  static List<String> of(GuestImage image, List<VirtualDisk> disks, Path console, Path socket)
      throws IOException {
    List<String> words = new ArrayList<>();
    // Should the tests be killed, their guests go with them.
    words.addAll(List.of("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"));
    words.addAll(accelerator());
    words.addAll(List.of("-M", "pc", "-smp", "2", "-m", "1536", "-nodefaults"));
    words.addAll(List.of("-display", "none", "-no-reboot"));
    words.addAll(List.of("-kernel", image.kernel() + "", "-initrd", image.initramfs() + ""));
    words.addAll(List.of("-append", KERNEL));
    words.addAll(List.of("-serial", "file:" + console));
    words.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
    words.addAll(
        List.of(
            "-netdev",
            "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:7000"
                + ",hostfwd=tcp:127.0.0.1:0-:7001"));
    words.addAll(List.of("-device", "virtio-net-pci,netdev=net"));
    words.addAll(List.of("-device", "virtio-scsi-pci,id=scsi"));
    for (VirtualDisk disk : disks) {
      words.addAll(List.of("-blockdev", disk.blockdev() + "", "-device", disk.device() + ""));
    }
    words.addAll(system("root", image.root(), "cache=unsafe,snapshot=on"));
    words.addAll(system("dist", image.distribution(), "read-only=on,file.locking=off"));
    return words;
  }

  /** After the disks under test, which may have whatever names there are. */
  private static List<String> system(String name, Path file, String how) {
    return List.of(
        "-drive",
        "if=none,format=raw,id=" + name + ",file=" + file + "," + how,
        "-device",
        "virtio-blk-pci,drive=" + name + ",serial=" + name);
  }

  /**
   * A /dev/kvm alone says little: some machines have one that emulates, and is slower than QEMU's
   * own emulation. {@code -Dvm.accelerator=kvm} or {@code tcg} overrides.
   */
  private static List<String> accelerator() throws IOException {
    boolean hardware =
        Files.isWritable(KVM)
            && Files.readString(Path.of("/proc/cpuinfo")).matches("(?s).*\\b(vmx|svm)\\b.*");
    return switch (System.getProperty("vm.accelerator", hardware ? "kvm" : "tcg")) {
      case "kvm" -> List.of("-accel", "kvm", "-cpu", "host");
      case "tcg" -> List.of("-accel", "tcg,thread=multi,tb-size=512", "-cpu", "qemu64");
      default -> throw new IllegalArgumentException("-Dvm.accelerator is kvm or tcg");
    };
  }
}
