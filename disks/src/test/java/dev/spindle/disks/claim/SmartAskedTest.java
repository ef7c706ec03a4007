package dev.spindle.disks.claim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.disks.inventory.Hardware;
import dev.spindle.disks.inventory.Inventory;
import dev.spindle.linux.exec.Programs;
import dev.spindle.linux.exec.Smart;
import dev.spindle.linux.testing.MemoryDisk;
import dev.spindle.linux.testing.MemoryMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of smartctl's name writes down which disks it is asked about. */
final class SmartAskedTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final MemoryMachine machine = new MemoryMachine();
  private final MemoryPool pool = new MemoryPool(machine);

  @BeforeEach
  void aVolumeBesideABlankDiskAndAForeignOne() throws IOException {
    Path program = folder.resolve("smartctl");
    Files.writeString(program, "#!/bin/sh\necho \"$3\" >> " + folder.resolve("asked") + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    machine.add("sda", disk());
    pool.look().provision(MemoryPool.block("pvc-1", Map.of()));
    machine.add("sdb", disk());
    machine.add("sdc", disk());
    machine.medium("sdc").write(Geometry.MIB, "data".repeat(128).getBytes(UTF_8));
  }

  @Test
  void theDriverHasOnlyDisksWithARecordOfItsOwnAsked() throws IOException {
    assertThat(asked(MemoryPool.OWNER, false)).containsExactly("/dev/sda");
    assertThat(asked(new Owner("other.spindle.dev", "node-1"), false)).isEmpty();
  }

  @Test
  void aCommandBesideTheDriverHasNoneAsked() throws IOException {
    assertThat(asked(MemoryPool.OWNER, true)).isEmpty();
  }

  private List<String> asked(Owner owner, boolean readOnly) throws IOException {
    Hardware real = pool.hardware;
    Hardware hardware =
        new Hardware(
            real.devices(),
            real.signatures(),
            real.sysBlock(),
            real.mounts(),
            real.swaps(),
            real.errors(),
            new Smart(new Programs(List.of(folder))));
    Policy policy = new Policy(owner, MemoryPool.POLICY.disks(), List.of(), 0, false, false);
    Path file = folder.resolve("asked");
    Files.writeString(file, "");
    try (Inventory inventory = new Inventory(hardware, policy, readOnly)) {
      inventory.refresh();
      assertThat(inventory.disks()).hasSize(3);
    }
    return Files.readAllLines(file);
  }

  private static MemoryDisk disk() {
    return new MemoryDisk(Geometry.SMALLEST_DISK_BYTES, 512);
  }
}
