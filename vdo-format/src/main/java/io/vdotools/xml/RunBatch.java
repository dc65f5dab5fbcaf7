package io.vdotools.xml;

import io.vdotools.VdoException;
import io.vdotools.model.MappingBatch;
import io.vdotools.model.MappingRun;
import io.vdotools.model.ModelException;
import io.vdotools.model.VolumeVisitor;
import io.vdotools.xml.RunLines.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Mappings that were read, and where they stand in the document, on their way to a visitor: it is
 * told of many at once.
 */
final class RunBatch {
  private final ElementSource source;
  private final VolumeVisitor visitor;
  private final MappingBatch runs = new MappingBatch();
  private final List<Place> places = new ArrayList<>();

  RunBatch(ElementSource source, VolumeVisitor visitor) {
    this.source = source;
    this.visitor = visitor;
  }

  /** Adds what the current element says. */
  void add(MappingRun run) throws VdoException {
    if (runs.isFull()) {
      deliver();
    }
    places.add(source.place());
    runs.add(run);
  }

  /**
   * Tells all of them.
   *
   * @throws XmlException if the visitor, or a rule in front of it, finds fault with one; with the
   *     place of that one
   */
  void deliver() throws VdoException {
    if (runs.size() == 0) {
      return;
    }
    try {
      visitor.mappings(runs);
    } catch (ModelException e) {
      throw source.fault(places.get(runs.told()), String.valueOf(e.getMessage()), e);
    } finally {
      runs.clear();
      places.clear();
    }
  }

  /** Tells what the lines say that the current element stands for, after all that came before. */
  void deliver(RunLines.Lines more) throws VdoException {
    deliver();
    try {
      visitor.mappings(more.runs());
    } catch (ModelException e) {
      throw source.fault(more.place(more.runs().told()), String.valueOf(e.getMessage()), e);
    }
  }
}
