package dev.spindle.driver.listing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.spindle.disks.Claim;
import dev.spindle.disks.ScrubProgress;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Volumes for programs: members are added, never renamed. */
public final class VolumesJson {
  private VolumesJson() {}

  /** An array with an object for each volume. */
  public static String print(List<VolumeLine> volumes) {
    JsonArray array = new JsonArray();
    volumes.forEach(line -> array.add(volume(line)));
    return Json.print(array);
  }

  private static JsonObject volume(VolumeLine line) {
    Claim claim = line.claim();
    JsonObject object = new JsonObject();
    object.addProperty("volumeId", Listed.volumeId(line.record()));
    object.addProperty("name", claim.csiName());
    object.addProperty("pvcNamespace", claim.pvcNamespace());
    object.addProperty("pvcName", claim.pvcName());
    object.addProperty("pvName", claim.pvName());
    object.addProperty("disk", line.disk());
    object.addProperty("state", Listed.state(line.record()));
    object.addProperty("accessType", claim.accessType().name().toLowerCase(Locale.ROOT));
    object.addProperty("filesystem", claim.filesystem());
    object.addProperty("size", claim.capacityBytes());
    object.addProperty("createdAt", claim.createdAt().toString());
    object.addProperty("neverStaged", line.neverStaged());
    object.add("scrub", scrub(line));
    object.add("health", DisksJson.health(line.ailments()));
    return object;
  }

  private static JsonElement scrub(VolumeLine line) {
    ScrubProgress scrub = line.record().scrub();
    if (scrub == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject object = new JsonObject();
    object.addProperty("method", scrub.method().name().toLowerCase(Locale.ROOT));
    object.addProperty("bytesDone", scrub.bytesDone());
    object.addProperty("bytes", line.record().geometry().volume().lengthBytes());
    object.addProperty("startedAt", scrub.startedAt().toString());
    object.addProperty("updatedAt", scrub.updatedAt().toString());
    object.add("bytesPerSecond", number(scrub.bytesPerSecond()));
    object.add("secondsRemaining", number(line.record().secondsToScrub()));
    object.addProperty("lastError", scrub.lastError());
    return object;
  }

  private static JsonElement number(OptionalLong number) {
    return number.isPresent() ? new JsonPrimitive(number.getAsLong()) : JsonNull.INSTANCE;
  }
}
