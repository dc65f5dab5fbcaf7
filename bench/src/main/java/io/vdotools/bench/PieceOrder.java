package io.vdotools.bench;

/** A permutation of pieces of a volume: which of those that are handed out lies where. */
interface PieceOrder {
  /** {@return where a piece lies, by its number in the order in which they are handed out} */
  long apply(long piece);

  /** {@return which piece lies at a place} */
  long invert(long place);
}
