/** A volume's whole life on throw-away disks, through the real server and a real client. */
@NullMarked
package dev.spindle.driver.demo;

import org.jspecify.annotations.NullMarked;
