package io.vdotools.tool.export;

import io.vdotools.VdoException;
import java.lang.foreign.MemorySegment;

/** Where exported blocks go; they are numbered from the start of the output. */
interface Output {
  /** Stores blocks. */
  void write(long block, MemorySegment blocks) throws VdoException;

  /** Lets blocks read as zeros. */
  void zeros(long block, long count) throws VdoException;
}
