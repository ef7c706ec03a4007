package dev.spindle.driver.listing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.spindle.disks.Quantity;
import dev.spindle.disks.eligibility.Eligible;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.List;

/** The answer to {@code --fits}: a headline, then every disk. */
public final class FitScreen {
  private FitScreen() {}

  /** For people. */
  public static String text(Fit fit) {
    Table table = new Table("NAME", "SIZE", "TYPE", "FITS", "WHY NOT");
    for (Fit.Candidate candidate : fit.disks()) {
      SysDisk device = candidate.disk().disk().device();
      List<String> why = candidate.objections().stream().map(Reason::message).toList();
      table.row(
          List.of(
              device.name(),
              Quantity.format(device.sizeBytes()),
              DiskKind.of(device).word(),
              why.isEmpty() ? "yes" : "no"),
          why);
    }
    return headline(fit) + "\n\n" + table.print();
  }

  /** As in "500Gi fits here: yes, sdc (894.2Gi)". */
  static String headline(Fit fit) {
    return Quantity.format(fit.bytes())
        + " fits here: "
        + fit.chosen().map(FitScreen::yes).orElseGet(() -> no(fit));
  }

  private static String yes(Eligible chosen) {
    return "yes, " + chosen.disk().name() + " (" + Quantity.format(chosen.capacityBytes()) + ")";
  }

  private static String no(Fit fit) {
    if (!fit.obstacle().isEmpty()) {
      return "no: " + fit.obstacle();
    }
    long eligible =
        fit.disks().stream().filter(one -> one.disk().verdict() instanceof Eligible).count();
    if (eligible == 0) {
      return "no: none of " + count(fit.disks().size()) + " may be taken";
    }
    return "no: " + count(eligible) + " may be taken, and none does what is asked for";
  }

  private static String count(long disks) {
    return disks == 1 ? "1 disk" : disks + " disks";
  }

  /** For programs. */
  public static String json(Fit fit) {
    JsonObject object = new JsonObject();
    object.addProperty("size", fit.bytes());
    object.addProperty("fits", fit.chosen().isPresent());
    object.addProperty("disk", fit.chosen().map(chosen -> chosen.disk().name()).orElse(null));
    object.addProperty("capacity", fit.chosen().map(Eligible::capacityBytes).orElse(null));
    object.addProperty("message", headline(fit));
    JsonArray disks = new JsonArray();
    for (Fit.Candidate candidate : fit.disks()) {
      JsonObject disk = new JsonObject();
      disk.addProperty("name", candidate.disk().name());
      disk.addProperty("fits", candidate.objections().isEmpty());
      disk.add("reasons", DisksJson.reasons(candidate.objections()));
      disks.add(disk);
    }
    object.add("disks", disks);
    return Json.print(object);
  }
}
