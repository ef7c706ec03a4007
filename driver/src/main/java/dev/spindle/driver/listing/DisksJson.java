package dev.spindle.driver.listing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.spindle.disks.eligibility.Reason;
import dev.spindle.disks.health.Ailment;
import dev.spindle.disks.health.Diagnosis;
import dev.spindle.disks.inventory.Examined;
import dev.spindle.linux.sysfs.SysDisk;
import java.util.List;

/** Disks for programs: members are added, never renamed. */
public final class DisksJson {
  private DisksJson() {}

  /** An array with an object for each disk. */
  public static String print(List<Examined> disks) {
    JsonArray array = new JsonArray();
    disks.forEach(examined -> array.add(disk(examined)));
    return Json.print(array);
  }

  private static JsonObject disk(Examined examined) {
    SysDisk device = examined.disk().device();
    JsonObject object = new JsonObject();
    object.addProperty("name", device.name());
    object.addProperty("path", device.node().toString());
    object.addProperty("size", device.sizeBytes());
    object.addProperty("model", device.model());
    object.addProperty("serial", device.serial());
    object.addProperty("wwn", device.wwn());
    object.addProperty("type", DiskKind.of(device).word());
    object.addProperty("verdict", Listed.verdict(examined.verdict()));
    object.add("reasons", reasons(examined.verdict().reasons()));
    object.addProperty("volumeId", Listed.volumeId(examined.verdict()));
    object.add("health", health(Diagnosis.of(examined)));
    return object;
  }

  /** Ailments as an array of reason, severity and message; empty in good health. */
  static JsonArray health(List<Ailment> ailments) {
    JsonArray array = new JsonArray();
    for (Ailment ailment : ailments) {
      JsonObject object = new JsonObject();
      object.addProperty("reason", ailment.kind().word());
      object.addProperty("severity", ailment.kind().severity().word());
      object.addProperty("message", ailment.message());
      array.add(object);
    }
    return array;
  }

  /** Reasons as an array of code and message. */
  static JsonArray reasons(List<Reason> reasons) {
    JsonArray array = new JsonArray();
    for (Reason reason : reasons) {
      JsonObject object = new JsonObject();
      object.addProperty("code", reason.code().word());
      object.addProperty("message", reason.message());
      array.add(object);
    }
    return array;
  }
}
