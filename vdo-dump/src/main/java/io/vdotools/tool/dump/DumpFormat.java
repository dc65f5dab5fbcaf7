package io.vdotools.tool.dump;

import io.vdotools.model.VolumeVisitor;
import io.vdotools.xml.XmlWriter;
import java.io.OutputStream;
import java.util.Locale;

/** What a dump is written as. */
enum DumpFormat {
  /** The exchange format, from which a volume can be made again. */
  XML,
  /** A JSON object on each line, for programs. */
  JSONL,
  /** A line for each thing, for people. */
  TEXT;

  /** {@return what writes a dump into a stream that a person knows by a name} */
  VolumeVisitor writer(OutputStream out, String name) {
    return switch (this) {
      case XML -> new XmlWriter(out, name);
      case JSONL -> new JsonLinesWriter(out, name);
      case TEXT -> new TextWriter(out, name);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
