package io.vdotools.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** What commands print with {@code --json}: one document, in ASCII, indented. */
public final class JsonOutput {
  private JsonOutput() {}

  /** Prints a document. */
  public static void print(PrintWriter out, Consumer<JsonGenerator> document) {
    try (var generator =
        JsonFactory.builder()
            // File names come out whole whatever the encoding of standard output is.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .createGenerator(
                new ObjectWriteContext.Base() {
                  @Override
                  public DefaultPrettyPrinter getPrettyPrinter() {
                    return new DefaultPrettyPrinter();
                  }
                },
                new UnclosedWriter(out))) {
      document.accept(generator);
    }
    out.println();
  }

  /** {@return how a constant is written: {@code SUPER_BLOCK} as {@code super-block}} */
  public static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Keeps a generator from closing the standard output that it writes to. */
  private static final class UnclosedWriter extends FilterWriter {
    UnclosedWriter(PrintWriter out) {
      super(out);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
