package dev.spindle.driver;

/**
 * Where Prometheus may ask: a local host name or address, and a TCP port.
 *
 * @param host empty for every address of this machine
 * @param port between 0 and 65535; 0 for any that is free
 */
public record MetricsAddress(String host, int port) {
  private static final int LAST_PORT = 65_535;

  /**
   * Reads {@code HOST:PORT}, {@code [IPv6]:PORT} or {@code :PORT}.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static MetricsAddress of(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (colon < 0 || (host.contains(":") && !bracketed)) {
      throw refused(text);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port < 0 || port > LAST_PORT) {
        throw refused(text);
      }
      return new MetricsAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
    } catch (NumberFormatException noNumber) {
      throw refused(text);
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "the address for metrics is HOST:PORT, as 127.0.0.1:9810, [::1]:9810 or :9810: \""
            + text
            + "\"");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
