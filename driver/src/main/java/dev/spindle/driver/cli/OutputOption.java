package dev.spindle.driver.cli;

import picocli.CommandLine.Option;

/** The option of every command that prints a list. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print: ${DEFAULT-VALUE}.")
  OutputFormat format = OutputFormat.TABLE;

  boolean json() {
    return format == OutputFormat.JSON;
  }
}
