package io.vdotools.xml;

import io.vdotools.VdoException;
import io.vdotools.model.MappingRun;
import io.vdotools.model.ModelException;
import io.vdotools.model.VolumeVisitor;
import java.util.ArrayList;
import java.util.List;

/**
 * Mappings that were read, and where they stand in the document, on their way to a visitor.
 *
 * <p>A visitor counts references somewhere in memory for each of them, and has to wait for that
 * memory. Told one right after the other, it waits for several at once; with a parser's work
 * between them it would wait for each by itself, which took a third of the time. It learns of all
 * of them first, so that it can have that memory fetched.
 */
final class RunBatch {
  private static final int MOST = 256;

  private final ElementSource source;
  private final VolumeVisitor visitor;
  private final List<MappingRun> runs = new ArrayList<>(MOST);
  private final int[] lines = new int[MOST];
  private final int[] columns = new int[MOST];

  RunBatch(ElementSource source, VolumeVisitor visitor) {
    this.source = source;
    this.visitor = visitor;
  }

  /** Adds what the current element says. */
  void add(MappingRun run) throws VdoException {
    if (runs.size() == MOST) {
      deliver();
    }
    var place = source.place();
    lines[runs.size()] = place.getLineNumber();
    columns[runs.size()] = place.getColumnNumber();
    runs.add(run);
  }

  /**
   * Tells all of them.
   *
   * @throws XmlException if the visitor, or a rule in front of it, finds fault with one; with the
   *     place of that one
   */
  void deliver() throws VdoException {
    int told = 0;
    try {
      visitor.upcoming(runs);
      while (told < runs.size()) {
        visitor.mapping(runs.get(told));
        told++;
      }
    } catch (ModelException e) {
      throw source.fault(lines[told], columns[told], String.valueOf(e.getMessage()), e);
    } finally {
      runs.clear();
    }
  }
}
