package csi.v1;

import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto.EnumReservedRange;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything a compiled proto file declares, as rows of tab-separated columns: kind, name, number,
 * member, type, cardinality, oneof, secret. A column that does not apply holds a dash.
 */
final class DescriptorRows {
  private final List<String> rows = new ArrayList<>();

  private DescriptorRows() {}

  static List<String> of(FileDescriptor file) {
    var result = new DescriptorRows();
    file.getServices().forEach(result::service);
    file.getMessageTypes().forEach(result::message);
    file.getEnumTypes().forEach(result::enumeration);
    file.getExtensions().forEach(result::extension);
    return result.rows;
  }

  private void service(ServiceDescriptor service) {
    for (MethodDescriptor rpc : service.getMethods()) {
      String request = stream(rpc.isClientStreaming()) + rpc.getInputType().getFullName();
      String response = stream(rpc.isServerStreaming()) + rpc.getOutputType().getFullName();
      row("rpc", service.getFullName(), "-", rpc.getName(), request + " -> " + response);
    }
  }

  private void message(Descriptor message) {
    if (message.getFields().isEmpty()) {
      row("message", message.getFullName(), "-", "-", "-");
    }
    message.getFields().forEach(this::field);
    for (ReservedRange range : message.toProto().getReservedRangeList()) {
      reserved(message.getFullName(), range.getStart(), range.getEnd() - 1);
    }
    for (String name : message.toProto().getReservedNameList()) {
      row("reserved", message.getFullName(), "-", name, "-");
    }
    message.getNestedTypes().forEach(this::message);
    message.getEnumTypes().forEach(this::enumeration);
    message.getExtensions().forEach(this::extension);
  }

  private void field(FieldDescriptor field) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    rows.add(
        String.join(
            "\t",
            "field",
            field.getContainingType().getFullName(),
            String.valueOf(field.getNumber()),
            field.getName(),
            type(field),
            cardinality(field),
            oneof == null ? "-" : oneof.getName(),
            field.getOptions().getExtension(CsiProto.csiSecret) ? "secret" : "-"));
  }

  private void enumeration(EnumDescriptor enumeration) {
    String name = enumeration.getFullName();
    for (EnumValueDescriptor value : enumeration.getValues()) {
      row("enum", name, String.valueOf(value.getNumber()), value.getName(), "-");
    }
    for (EnumReservedRange range : enumeration.toProto().getReservedRangeList()) {
      reserved(name, range.getStart(), range.getEnd());
    }
    for (String reservedName : enumeration.toProto().getReservedNameList()) {
      row("reserved", name, "-", reservedName, "-");
    }
  }

  private void extension(FieldDescriptor extension) {
    row(
        "extend",
        extension.getContainingType().getFullName(),
        String.valueOf(extension.getNumber()),
        extension.getName(),
        type(extension));
  }

  private void reserved(String name, int first, int last) {
    row("reserved", name, first == last ? "" + first : first + "-" + last, "-", "-");
  }

  private void row(String kind, String name, String number, String member, String type) {
    rows.add(String.join("\t", kind, name, number, member, type, "-", "-", "-"));
  }

  private static String stream(boolean streaming) {
    return streaming ? "stream " : "";
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String cardinality(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "repeated";
    }
    return field.toProto().getProto3Optional() ? "optional" : "singular";
  }
}
