/**
 * GUID partition tables (UEFI 2.10, chapter 5) as bytes and values; no device, nothing about
 * volumes.
 */
@NullMarked
package dev.spindle.disks.gpt;

import org.jspecify.annotations.NullMarked;
