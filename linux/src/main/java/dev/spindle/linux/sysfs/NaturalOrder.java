package dev.spindle.linux.sysfs;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order in which people count disks: sdb before sdaa, loop2 before loop10. */
public final class NaturalOrder implements Comparator<String> {
  private static final Pattern LETTERED = Pattern.compile("(sd|vd|hd|xvd|dasd)([a-z]+)(.*)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  @Override
  public int compare(String left, String right) {
    int order = key(left).compareTo(key(right));
    return order != 0 ? order : left.compareTo(right);
  }

  private static String key(String name) {
    Matcher lettered = LETTERED.matcher(name);
    String padded =
        lettered.matches()
            ? lettered.group(1) + pad(lettered.group(2), ' ') + lettered.group(3)
            : name;
    return NUMBER.matcher(padded).replaceAll(number -> pad(number.group(), '0'));
  }

  private static String pad(String text, char with) {
    return String.valueOf(with).repeat(Math.max(0, 20 - text.length())) + text;
  }
}
