package dev.spindle.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spindle.disks.Globs;
import dev.spindle.disks.Owner;
import dev.spindle.disks.eligibility.DiskPattern;
import dev.spindle.disks.eligibility.Policy;
import dev.spindle.driver.LogFormat;
import dev.spindle.driver.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class CommandLineTest {
  private static final String[] LEAST = {
    "serve", "--endpoint=/csi/csi.sock", "--node-name=n1", "--disks=/dev/sd*"
  };

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void serveHasTheDocumentedDefaults() throws IOException {
    Settings settings = serve(LEAST);
    assertThat(settings.socket().path()).isEqualTo(Path.of("/csi/csi.sock"));
    assertThat(settings.nodeName()).isEqualTo("n1");
    assertThat(settings.logFormat()).isEqualTo(LogFormat.TEXT);
    assertThat(settings.scrubBytesPerSecond()).isZero();
    assertThat(settings.alphaHealth()).isFalse();
    Policy policy = settings.policy();
    assertThat(policy.owner()).isEqualTo(new Owner("disk.spindle.dev", "n1"));
    assertThat(policy.disks()).extracting(DiskPattern::toString).containsExactly("/dev/sd*");
    assertThat(policy.exclude()).isEmpty();
    assertThat(policy.minDiskBytes()).isEqualTo(1L << 30);
    assertThat(policy.allowLoopDevices()).isFalse();
    assertThat(policy.allowSharedTransports()).isFalse();
  }

  @Test
  void everythingCanComeFromTheEnvironment() throws IOException {
    environment.put("SPINDLE_SCRUB_RATE", "200Mi");
    environment.put("SPINDLE_ENABLE_ALPHA_HEALTH", "true");
    environment.putAll(
        Map.of(
            "CSI_ENDPOINT", "unix:///e/csi.sock",
            "NODE_NAME", "n2",
            "SPINDLE_DISKS", "/dev/sd*,/dev/nvme{0,1}n1",
            "SPINDLE_EXCLUDE", "/dev/sda",
            "SPINDLE_DRIVER_NAME", "my.driver",
            "SPINDLE_TOPOLOGY_VALUE", "t2",
            "SPINDLE_MIN_DISK_SIZE", "2Gi",
            "SPINDLE_ALLOW_LOOP_DEVICES", "true",
            "SPINDLE_ALLOW_SHARED_TRANSPORTS", "TRUE",
            "SPINDLE_LOG_FORMAT", "json"));
    Settings settings = serve("serve");
    assertThat(settings.socket()).hasToString("unix:///e/csi.sock");
    assertThat(settings.nodeName()).isEqualTo("n2");
    assertThat(settings.logFormat()).isEqualTo(LogFormat.JSON);
    assertThat(settings.scrubBytesPerSecond()).isEqualTo(200L << 20);
    assertThat(settings.alphaHealth()).isTrue();
    Policy policy = settings.policy();
    assertThat(policy.owner()).isEqualTo(new Owner("my.driver", "t2"));
    assertThat(policy.disks())
        .extracting(DiskPattern::toString)
        .containsExactly("/dev/sd*", "/dev/nvme{0,1}n1");
    assertThat(policy.exclude()).extracting(DiskPattern::toString).containsExactly("/dev/sda");
    assertThat(policy.minDiskBytes()).isEqualTo(2L << 30);
    assertThat(policy.allowLoopDevices()).isTrue();
    assertThat(policy.allowSharedTransports()).isTrue();
  }

  @Test
  void theCommandLineWins() throws IOException {
    environment.put("NODE_NAME", "other");
    environment.put("SPINDLE_DISKS", "/dev/vd*");
    environment.put("SPINDLE_ALLOW_LOOP_DEVICES", "true");
    environment.put("SPINDLE_MIN_DISK_SIZE", "");
    Settings settings = serve(LEAST);
    assertThat(settings.nodeName()).isEqualTo("n1");
    assertThat(settings.policy().disks()).hasToString("[/dev/sd*]");
    assertThat(settings.policy().minDiskBytes()).isEqualTo(1L << 30);
    assertThat(settings.policy().allowLoopDevices()).isTrue();
  }

  @Test
  void aFlagThatIsGivenIsOnWhateverTheEnvironmentSays() throws IOException {
    for (String value : List.of("true", "false", "")) {
      environment.put("SPINDLE_ALLOW_LOOP_DEVICES", value);
      assertThat(serve(with("--allow-loop-devices")).policy().allowLoopDevices()).isTrue();
      assertThat(serve(with("--allow-loop-devices=false")).policy().allowLoopDevices()).isFalse();
    }
  }

  @Test
  void everyOptionOfServeHasATwinThatTheHelpPromises() {
    for (OptionSpec option : command("serve").getCommandSpec().options()) {
      assertThat(EnvironmentTwins.variable(option.longestName())).matches("[A-Z_]+");
      assertThat(option.description()).isNotEmpty();
    }
    assertThat(EnvironmentTwins.variable("--endpoint")).isEqualTo("CSI_ENDPOINT");
    assertThat(EnvironmentTwins.variable("--node-name")).isEqualTo("NODE_NAME");
    assertThat(EnvironmentTwins.variable("--log-format")).isEqualTo("SPINDLE_LOG_FORMAT");
  }

  @Test
  void theEnvironmentCannotConfirmAWipeOrARepair() {
    environment.put("SPINDLE_CONFIRM", "yes");
    environment.put("SPINDLE_RELEASE", "true");
    CommandLine line = Main.commandLine(console());
    line.parseArgs("wipe", "/dev/sdb");
    WipeCommand command = subcommand(line, "wipe").getCommand();
    assertThat(command.asking.confirm).isNull();
    assertThat(command.release).isFalse();
    environment.put("SPINDLE_FORMAT_AGAIN", "true");
    CommandLine repairing = Main.commandLine(console());
    repairing.parseArgs("repair", "/dev/sdb");
    RepairCommand repair = subcommand(repairing, "repair").getCommand();
    assertThat(repair.asking.confirm).isNull();
    assertThat(repair.formatAgain).isFalse();
  }

  @Test
  void badUsageIsOneSentenceAndStatus2() {
    String socket = "--endpoint=/no/such/directory/csi.sock";
    bad("--endpoint", "serve", "--node-name=n", "--disks=/dev/sd*");
    bad("--node-name", "serve", socket, "--disks=/dev/sd*");
    bad("--disks", "serve", socket, "--node-name=n");
    bad("--disks", "serve", socket, "--node-name=n", "--disks=,");
    bad("/no/such/directory", "serve", socket, "--node-name=n", "--disks=/dev/sd*");
    bad("starts with /dev/", "serve", socket, "--node-name=n", "--disks=sda");
    bad("/dev/sd[a", "serve", socket, "--node-name=n", "--disks=/dev/sd[a");
    bad(
        "--scrub-rate: no size",
        "serve",
        socket,
        "--node-name=n",
        "--disks=/dev/a",
        "--scrub-rate=x");
    bad("at least 1Mi", "serve", socket, "--node-name=n", "--disks=/dev/a", "--scrub-rate=200");
    bad("no size", "disks", "--min-disk-size=big");
    bad("no size", "disks", "--fits=big");
    bad("known are", "disks", "--fits=1Gi", "--param=color=red");
    bad("mkfsOptions", "disks", "--fits=1Gi", "--param=mkfsOptions=-U x");
    bad("--fits", "disks", "--param=diskType=ssd");
    bad("driver name", "disks", "--driver-name=1");
    bad("topology value", "volumes", "--topology-value=a b");
    bad("/dev/", "wipe", "sdb");
    bad("DEVICE", "wipe");
    bad("/dev/", "repair", "sdb");
    bad("DEVICE", "repair");
    bad("--output", "disks", "-o", "xml");
    bad("which command", new String[0]);
    bad("--nonsense", "disks", "--nonsense");
  }

  @Test
  void helpIsOnStandardOutputAndStatus0() {
    for (String name : List.of("serve", "disks", "volumes", "repair", "wipe", "demo")) {
      assertThat(run(name, "--help")).isZero();
      assertThat(out.toString()).contains("Usage: spindle " + name);
    }
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).containsPattern("spindle \\d+\\.\\d+\\.\\d+");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void globsAreSplitAtCommasThatAreNotPartOfThem() {
    assertThat(Globs.split("/dev/sd{b,c}, /dev/sd[d,e] ,,/dev/x"))
        .containsExactly("/dev/sd{b,c}", "/dev/sd[d,e]", "/dev/x");
    assertThat(Globs.split("")).isEmpty();
  }

  @Test
  void aSettingThatIsRefusedNamesItsReasonOnce() {
    assertThatThrownBy(() -> serve("serve", "--endpoint=x.sock", "--node-name=n", "--disks=/dev/a"))
        .isInstanceOf(BadUsage.class)
        .hasMessageContaining("absolute");
  }

  private void bad(String fragment, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
    assertThat(err.toString()).contains(fragment).doesNotContain("\tat ");
    assertThat(err.toString().lines()).hasSize(2);
  }

  private static String[] with(String option) {
    String[] all = java.util.Arrays.copyOf(LEAST, LEAST.length + 1);
    all[LEAST.length] = option;
    return all;
  }

  private Settings serve(String... arguments) throws IOException {
    CommandLine line = Main.commandLine(console());
    line.parseArgs(arguments);
    ServeCommand serve = subcommand(line, "serve").getCommand();
    return serve.settings();
  }

  private CommandLine command(String name) {
    return subcommand(Main.commandLine(console()), name);
  }

  private static CommandLine subcommand(CommandLine line, String name) {
    return Objects.requireNonNull(line.getSubcommands().get(name));
  }

  private int run(String... arguments) {
    return Main.run(console(), arguments);
  }

  private Console console() {
    return new Console(new PrintWriter(out), new PrintWriter(err), environment);
  }
}
