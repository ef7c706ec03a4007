package dev.spindle.driver.cli;

import dev.spindle.driver.Logs;
import dev.spindle.driver.Version;
import dev.spindle.rpc.StatusTranslation;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command {@code spindle}. Exit status: 0 done, 1 failed or only shown, 2 bad usage. */
@Command(
    name = "spindle",
    mixinStandardHelpOptions = true,
    versionProvider = Main.BuildVersion.class,
    header = "A CSI driver that gives every volume a whole local disk of its own.",
    synopsisSubcommandLabel = "COMMAND",
    description = "",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Every option that sets the driver up has a twin in the environment: SPINDLE_MIN_DISK_SIZE"
          + " for --min-disk-size, and so on; CSI_ENDPOINT for --endpoint and NODE_NAME for"
          + " --node-name. What is asked for or confirmed once has none."
          + " The command line wins. Exit status: 0 done, 1 failed, or only shown"
          + " (without --confirm), 2 bad usage."
    })
public final class Main implements Runnable {
  /** The version, from the build. */
  static final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"spindle " + Version.current()};
    }
  }

  private Main() {}

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    Logs.keepUntilExit();
    Logs.onlyWarnings();
    System.exit(run(console(System.getenv()), arguments));
  }

  private static Console console(Map<String, String> environment) {
    return new Console(writer(System.out), writer(System.err), environment);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Runs a command and returns its exit status. */
  static int run(Console console, String... arguments) {
    return commandLine(console).execute(arguments);
  }

  /** The command and its subcommands, not yet parsed. */
  static CommandLine commandLine(Console console) {
    return new CommandLine(new Main())
        .addSubcommand(new ServeCommand())
        .addSubcommand(new DisksCommand(console))
        .addSubcommand(new VolumesCommand(console))
        .addSubcommand(new RepairCommand(console))
        .addSubcommand(new WipeCommand(console))
        .addSubcommand(new DemoCommand(console))
        .setOut(console.out())
        .setErr(console.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setDefaultValueProvider(new EnvironmentTwins(console.environment()))
        .setParameterExceptionHandler((refused, arguments) -> badUsage(refused))
        .setExecutionExceptionHandler((failed, command, parsed) -> failed(failed, command));
  }

  private static int badUsage(ParameterException refused) {
    return complain(refused.getCommandLine(), String.valueOf(refused.getMessage()), 2);
  }

  private static int failed(Exception failed, CommandLine command) {
    if (failed instanceof BadUsage) {
      return complain(command, String.valueOf(failed.getMessage()), 2);
    }
    if (failed instanceof IOException trouble) {
      return complain(command, StatusTranslation.sentence(trouble), 1);
    }
    // Not foreseen, so whoever mends it needs to know where.
    failed.printStackTrace(command.getErr());
    return 1;
  }

  private static int complain(CommandLine command, String sentence, int status) {
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + sentence);
    if (status == 2) {
      command.getErr().println("Try: " + name + " --help");
    }
    command.getErr().flush();
    return status;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new BadUsage("which command?");
  }
}
