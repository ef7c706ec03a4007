package dev.spindle.sanity;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The documents of YAML files, as the API server would see them. */
record Manifests(List<Tree> documents) {
  static Manifests in(Path directory) throws IOException {
    return new Manifests(files(directory).flatMap(file -> read(file).stream()).toList());
  }

  static Stream<Path> files(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  static List<Tree> read(Path file) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    List<Tree> documents = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      new Yaml(new SafeConstructor(strict))
          .loadAll(reader)
          .forEach(document -> documents.add(new Tree(document)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return documents;
  }

  /** The one document of a kind. */
  Tree one(String kind) {
    List<Tree> found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " documents of kind " + kind);
    }
    return found.get(0);
  }

  List<Tree> all(String kind) {
    return documents.stream().filter(document -> document.at("kind").text().equals(kind)).toList();
  }
}
