package dev.spindle.sanity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in a YAML document; a place that is not there holds null. */
record Tree(@Nullable Object value) {
  /** Goes down along keys. */
  Tree at(String... keys) {
    Tree place = this;
    for (String key : keys) {
      place = new Tree(place.value instanceof Map<?, ?> map ? map.get(key) : null);
    }
    return place;
  }

  /** The elements, none if this is no list. */
  List<Tree> items() {
    List<Tree> items = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object item : list) {
        items.add(new Tree(item));
      }
    }
    return items;
  }

  /** The element with that name, as Kubernetes lists hold them. */
  Tree named(String name) {
    return items().stream()
        .filter(item -> item.at("name").text().equals(name))
        .findFirst()
        .orElse(new Tree(null));
  }

  String text() {
    return String.valueOf(value);
  }

  List<String> texts() {
    return items().stream().map(Tree::text).toList();
  }
}
