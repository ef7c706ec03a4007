package dev.spindle.sanity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What csi-sanity found, as Ginkgo's JUnit report says it. */
record Report(List<Spec> specs) {
  /** Ginkgo's words for a spec that was left out; whatever else it says, the spec was begun. */
  private static final Set<String> LEFT_OUT = Set.of("skipped", "pending");

  /** How Ginkgo marks a spec, among the nodes that surround the specs. */
  private static final String SPEC = "[It] ";

  /**
   * One line of the report.
   *
   * @param status Ginkgo's word: passed, skipped, pending, or one of several for what went wrong
   * @param failure what went wrong and where, empty if nothing did
   */
  record Spec(String name, String status, String failure) {
    boolean ran() {
      return name.startsWith(SPEC) && !LEFT_OUT.contains(status);
    }

    /** Also true of what surrounds the specs: a broken set-up is no success. */
    boolean failed() {
      return !status.equals("passed") && !LEFT_OUT.contains(status);
    }
  }

  static Report read(Path junitXml) throws IOException {
    NodeList cases = parse(junitXml).getElementsByTagName("testcase");
    return new Report(
        IntStream.range(0, cases.getLength())
            .mapToObj(index -> spec((Element) cases.item(index)))
            .toList());
  }

  /** The names of the specs that were not left out. */
  List<String> ran() {
    return specs.stream()
        .filter(Spec::ran)
        .map(spec -> spec.name().substring(SPEC.length()))
        .toList();
  }

  List<Spec> failures() {
    return specs.stream().filter(Spec::failed).toList();
  }

  /** One line for people. */
  String summary() {
    return "%d specs ran, %d failed, %d skipped, %d pending"
        .formatted(ran().size(), failures().size(), count("skipped"), count("pending"));
  }

  /** Each failure with its text. */
  String failureText() {
    return failures().stream()
        .map(spec -> spec.name() + " [" + spec.status() + "]\n" + spec.failure().indent(2))
        .collect(Collectors.joining("\n"));
  }

  private long count(String status) {
    return specs.stream().filter(spec -> spec.status().equals(status)).count();
  }

  private static Spec spec(Element testcase) {
    StringBuilder failure = new StringBuilder();
    for (String kind : List.of("failure", "error")) {
      NodeList found = testcase.getElementsByTagName(kind);
      for (int index = 0; index < found.getLength(); index++) {
        Element element = (Element) found.item(index);
        failure.append(element.getAttribute("message")).append('\n');
        failure.append(element.getTextContent().strip()).append('\n');
      }
    }
    return new Spec(
        testcase.getAttribute("name"), testcase.getAttribute("status"), failure.toString());
  }

  private static Document parse(Path xml) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      return factory.newDocumentBuilder().parse(xml.toFile());
    } catch (ParserConfigurationException | SAXException unreadable) {
      throw new IOException("the report of csi-sanity cannot be read: " + xml, unreadable);
    }
  }
}
