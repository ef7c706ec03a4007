package dev.spindle.driver.listing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;

/** How JSON is printed: indented, nulls shown, a line end after it. */
final class Json {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

  private Json() {}

  static String print(JsonElement element) {
    return GSON.toJson(element) + "\n";
  }
}
