package dev.spindle.driver.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives every option its value from the environment where the command line does not: {@code
 * SPINDLE_MIN_DISK_SIZE} for {@code --min-disk-size}. So a command that is run in the driver's
 * container sees the driver's own settings.
 */
final class EnvironmentTwins implements IDefaultValueProvider {
  /** Set for every CSI driver (CSI spec, Configuration and Operation) and by every DaemonSet. */
  private static final Map<String, String> CUSTOMARY =
      Map.of("--endpoint", "CSI_ENDPOINT", "--node-name", "NODE_NAME");

  /** What one asks for a single time, or must say with one's own fingers. */
  private static final Set<String> NEVER =
      Set.of(
          "--help", "--version", "--fits", "--param", "--confirm", "--release", "--format-again");

  private final Map<String, String> environment;

  EnvironmentTwins(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || NEVER.contains(option.longestName())) {
      return null;
    }
    String value = environment.get(variable(option.longestName()));
    return value == null || value.isBlank() ? null : value;
  }

  /** The variable of an option. */
  static String variable(String option) {
    return CUSTOMARY.getOrDefault(
        option, "SPINDLE_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
