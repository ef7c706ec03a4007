package dev.spindle.sanity;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Counts every answer by method and code. */
public final class Tally {
  private record Kind(String method, Status.Code code) {}

  private final Map<Kind, Integer> counts =
      new TreeMap<>(Comparator.comparing(Kind::method).thenComparing(Kind::code));
  private final Map<Kind, String> firstSentences =
      new TreeMap<>(Comparator.comparing(Kind::method).thenComparing(Kind::code));

  /** Calls, and counts the answer whatever it is. */
  public <T> T count(String method, Supplier<T> call) {
    try {
      T reply = call.get();
      add(method, Status.OK);
      return reply;
    } catch (StatusRuntimeException failed) {
      add(method, failed.getStatus());
      throw failed;
    }
  }

  private synchronized void add(String method, Status status) {
    Kind kind = new Kind(method, status.getCode());
    counts.merge(kind, 1, Integer::sum);
    firstSentences.putIfAbsent(kind, String.valueOf(status.getDescription()));
  }

  /** What was answered with one of these codes, with the first sentence of each kind. */
  public synchronized List<String> answered(Status.Code... codes) {
    List<Status.Code> wanted = List.of(codes);
    return counts.entrySet().stream()
        .filter(entry -> wanted.contains(entry.getKey().code()))
        .map(
            entry ->
                "%s %s, %d times, first: %s"
                    .formatted(
                        entry.getKey().method(),
                        entry.getKey().code(),
                        entry.getValue(),
                        firstSentences.get(entry.getKey())))
        .toList();
  }

  /** One line a method, for people. */
  public synchronized String table() {
    Map<String, String> lines =
        counts.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    entry -> entry.getKey().method(),
                    TreeMap::new,
                    Collectors.mapping(
                        entry -> entry.getKey().code() + " " + entry.getValue(),
                        Collectors.joining(", "))));
    return lines.entrySet().stream()
        .map(line -> String.format(Locale.ROOT, "  %-22s %s", line.getKey(), line.getValue()))
        .collect(Collectors.joining("\n"));
  }
}
