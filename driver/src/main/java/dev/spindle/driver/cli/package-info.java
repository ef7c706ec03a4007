/** The command line: options in, tables, JSON and exit statuses out. */
@NullMarked
package dev.spindle.driver.cli;

import org.jspecify.annotations.NullMarked;
