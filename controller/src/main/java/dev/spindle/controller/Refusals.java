package dev.spindle.controller;

import dev.spindle.disks.Quantity;
import dev.spindle.disks.claim.Provisioned.Refusal;
import dev.spindle.disks.claim.VolumeSpec.SizeRange;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.eligibility.Reason.Code;
import dev.spindle.rpc.Utf8;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Why no disk was taken, short enough for the event that external-provisioner makes of it:
 * Kubernetes allows a note 1,024 bytes, of which the sidecar uses some.
 */
final class Refusals {
  /** Longest sentence, bytes. */
  static final int LONGEST = 900;

  private static final int LONGEST_REASON = 200;
  private static final int LONGEST_REASONS = 300;
  private static final int LONGEST_NAME = 32;
  private static final int MOST_NAMES = 8;

  /** What keeps a disk out of the pool whatever is asked for: the least of news to a user. */
  private static final Set<Code> OUTSIDE =
      Set.of(Code.NOT_NAMED, Code.EXCLUDED, Code.DEVICE_TYPE, Code.LOOP_BACKING);

  private Refusals() {}

  /**
   * One sentence with each disk's reasons, disks with the same ones together, and those that nearly
   * do first. What does not fit is counted.
   */
  static String sentence(String node, SizeRange range, List<Refusal> refusals) {
    StringBuilder sentence =
        new StringBuilder("no disk on node " + node + " " + size(range) + ": ");
    if (refusals.isEmpty()) {
      return sentence + "it has no disks at all";
    }
    int left = refusals.size();
    String separator = "";
    for (Map.Entry<String, List<String>> group : grouped(refusals).entrySet()) {
      String part = separator + names(group.getValue()) + ": " + group.getKey();
      int after = left - group.getValue().size();
      if (Utf8.length(sentence + part + more("; and ", after, node)) > LONGEST) {
        return sentence + more(separator.isEmpty() ? "" : "; and ", left, node);
      }
      sentence.append(part);
      separator = "; ";
      left = after;
    }
    return sentence.toString();
  }

  /** Reasons to the disks that have them, in the order of how near the first of these is. */
  private static Map<String, List<String>> grouped(List<Refusal> refusals) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    refusals.stream()
        .sorted(Comparator.comparing(Refusals::isOutside))
        .forEach(
            refusal ->
                groups
                    .computeIfAbsent(reasons(refusal.reasons()), reasons -> new ArrayList<>())
                    .add(Utf8.cut(refusal.disk(), LONGEST_NAME)));
    return groups;
  }

  private static boolean isOutside(Refusal refusal) {
    return refusal.reasons().stream().map(Reason::code).anyMatch(OUTSIDE::contains);
  }

  private static String names(List<String> disks) {
    return disks.size() <= MOST_NAMES
        ? String.join(", ", disks)
        : String.join(", ", disks.subList(0, MOST_NAMES))
            + " and "
            + (disks.size() - MOST_NAMES)
            + " others";
  }

  private static String reasons(List<Reason> reasons) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < reasons.size(); i++) {
      String reason = Utf8.cut(reasons.get(i).message(), LONGEST_REASON);
      if (Utf8.length(text.toString()) + Utf8.length(reason) > LONGEST_REASONS) {
        return text + ", and " + (reasons.size() - i) + " more reasons";
      }
      text.append(i == 0 ? "" : ", ").append(reason);
    }
    return text.isEmpty() ? "no reason is known" : text.toString();
  }

  private static String size(SizeRange range) {
    String limit = range.limitBytes() == 0 ? "" : Quantity.format(range.limitBytes());
    if (range.requiredBytes() == 0) {
      return limit.isEmpty() ? "will do" : "fits into " + limit;
    }
    String required = "fits " + Quantity.format(range.requiredBytes());
    return limit.isEmpty() ? required : required + " to " + limit;
  }

  private static String more(String before, int disks, String node) {
    return disks == 0
        ? ""
        : before
            + disks
            + (disks == 1 ? " more disk" : " more disks")
            + "; `spindle disks` on node "
            + node
            + " shows all";
  }
}
