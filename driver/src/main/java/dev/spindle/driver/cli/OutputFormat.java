package dev.spindle.driver.cli;

/** How a listing is printed. */
enum OutputFormat {
  TABLE,
  JSON
}
