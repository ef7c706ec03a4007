package dev.spindle.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spindle.disks.AccessType;
import dev.spindle.disks.Claim;
import dev.spindle.disks.DiskRecord;
import dev.spindle.disks.Geometry;
import dev.spindle.disks.Owner;
import dev.spindle.disks.State;
import dev.spindle.disks.ledger.Ledger;
import dev.spindle.disks.ledger.Reading;
import dev.spindle.linux.Access;
import dev.spindle.linux.BlockDevice;
import dev.spindle.linux.jnr.NativeLinux;
import dev.spindle.linux.testing.LoopDisk;
import dev.spindle.linux.testing.LoopDisks;
import dev.spindle.linux.testing.RequireRoot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person types, sees, and types back. */
@RequireRoot
final class RepairCommandTest {
  private static final Pattern ASKED = Pattern.compile("--confirm (\\S+|'[^']*')\\s*$");
  private static final String NAME = "pvc 1";

  @RegisterExtension final LoopDisks disks = new LoopDisks();
  private final Owner owner =
      new Owner("p" + ProcessHandle.current().pid() + ".repair.spindle.dev", "node-1");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private LoopDisk formatted() throws IOException {
    LoopDisk disk = disks.create(32 * Geometry.MIB, 512);
    Geometry geometry = Geometry.of(512, 32 * Geometry.MIB);
    DiskRecord free = new DiskRecord(owner, UUID.randomUUID(), geometry, State.FREE, null, null);
    Claim claim =
        new Claim(
            UUID.randomUUID(),
            NAME,
            Instant.EPOCH,
            geometry.volume().lengthBytes(),
            AccessType.FILESYSTEM,
            "ext4",
            Map.of(),
            "",
            "",
            "");
    try (BlockDevice held = open(disk)) {
      Ledger.join(held, free);
      Ledger.write(held, Geometry.MIB, free.claimed(claim).in(State.FORMATTED), 2);
    }
    return disk;
  }

  private static BlockDevice open(LoopDisk disk) throws IOException {
    return new NativeLinux().blockDevices().open(disk.node(), Access.EXCLUSIVE);
  }

  private int run(LoopDisk disk, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "repair",
                disk.node().toString(),
                "--disks=" + disk.node(),
                "--driver-name=" + owner.driverName(),
                "--node-name=node-1",
                "--allow-loop-devices",
                "--min-disk-size=16Mi"));
    arguments.addAll(List.of(more));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), Map.of());
    return Main.run(console, arguments.toArray(String[]::new));
  }

  private String asked() {
    Matcher asked = ASKED.matcher(out.toString());
    assertThat(asked.find()).as("%s", out).isTrue();
    return asked.group(1);
  }

  @Test
  void nothingIsWrittenUntilTheAnswerIsGivenBack() throws IOException {
    LoopDisk disk = formatted();
    byte[] whole = Files.readAllBytes(disk.file());
    try (BlockDevice held = open(disk)) {
      held.zero(512, 512);
    }
    byte[] damaged = Files.readAllBytes(disk.file());
    assertThat(run(disk)).isEqualTo(1);
    assertThat(out.toString())
        .contains("frozen", "primary GPT header", "the backup table", "zeroes", NAME);
    String answer = asked();
    assertThat(Files.readAllBytes(disk.file())).isEqualTo(damaged);
    assertThat(run(disk, "--confirm", "no")).isEqualTo(1);
    assertThat(err.toString()).contains("nothing was done");
    assertThat(Files.readAllBytes(disk.file())).isEqualTo(damaged);
    assertThat(run(disk, "--confirm", answer)).as("%s", err).isZero();
    assertThat(Files.readAllBytes(disk.file())).isEqualTo(whole);
    assertThat(run(disk)).isEqualTo(1);
    assertThat(err.toString()).contains("as they should be");
  }

  @Test
  void formattingAgainAsksForTheNameOfTheVolume() throws IOException {
    LoopDisk disk = formatted();
    byte[] before = Files.readAllBytes(disk.file());
    assertThat(run(disk, "--format-again")).isEqualTo(1);
    assertThat(out.toString()).contains("ALL DATA of volume " + NAME + " WOULD BE LOST");
    assertThat(asked()).isEqualTo("'" + NAME + "'");
    assertThat(run(disk, "--format-again", "--confirm", "pvc")).isEqualTo(1);
    assertThat(Files.readAllBytes(disk.file())).isEqualTo(before);
    assertThat(run(disk, "--format-again", "--confirm", NAME)).as("%s", err).isZero();
    try (BlockDevice held = open(disk)) {
      Reading.Joined now = (Reading.Joined) Ledger.read(held);
      assertThat(now.record().state()).isEqualTo(State.FORMATTING);
    }
  }
}
