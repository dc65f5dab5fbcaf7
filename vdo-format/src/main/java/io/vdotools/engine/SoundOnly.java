package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.ForwardingVisitor;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.util.Optional;

/** Throws at the first thing that is unreadable. */
final class SoundOnly extends ForwardingVisitor {
  private final String name;

  /**
   * Puts this in front of a visitor.
   *
   * @param name the name of the volume
   * @param next is told what is sound
   */
  SoundOnly(String name, VolumeVisitor next) {
    super(next);
    this.name = name;
  }

  // Pages and mappings are nothing to look at here, so that they can pass in pieces.
  @Override
  public Optional<BlockMapPiece> newPiece() {
    return next.newPiece();
  }

  @Override
  public void piece(BlockMapPiece piece, int from, int to) throws VdoException {
    next.piece(piece, from, to);
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws VolumeDamagedException {
    throw new VolumeDamagedException(
        "%s: block map page at PBN %d: %s"
            .formatted(name, page.place().pbn(), page.cause().title()));
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VolumeDamagedException {
    throw new VolumeDamagedException(
        "%s: LBN %d has an impossible mapping (%s)"
            .formatted(name, mapping.lbn(), mapping.entry()));
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws VolumeDamagedException {
    throw new VolumeDamagedException(
        "%s: the reference counts of the %d blocks from PBN %d on are lost: %s"
            .formatted(name, counts.count(), counts.firstPbn(), counts.cause().title()));
  }
}
