package io.vdotools.tool.export;

import io.vdotools.cli.BlockNumbers;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param source the volume
 * @param output where the content goes; nothing for standard output
 * @param lbns which logical blocks
 * @param threads how many threads read and write
 * @param isDirect whether the volume is read past the page cache
 * @param mayReplace whether what is at the output's name may go
 * @param fill what lost blocks are filled with; nothing for zeros
 */
record ExportOptions(
    Path source,
    Optional<Path> output,
    BlockNumbers lbns,
    int threads,
    boolean isDirect,
    boolean mayReplace,
    Optional<RepeatedBlock> fill) {

  /** {@return the name of the output for a person to read} */
  String outputName() {
    return output.map(Path::toString).orElse("standard output");
  }
}
