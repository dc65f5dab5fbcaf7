package io.vdotools.tool.pack;

import io.vdotools.pack.PackMethod;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param source the volume
 * @param output where the pack goes; nothing for standard output
 * @param holdsIndex whether the index region is packed
 * @param holdsData whether referenced data blocks are packed
 * @param scan when to look through data blocks for pages that nothing leads to
 * @param base the pack to store only the difference to
 * @param method how to compress
 * @param threads how many threads pack
 * @param isDirect whether the volume is read past the page cache
 * @param mayReplace whether what is at the output's name may go
 */
public record PackOptions(
    Path source,
    Optional<Path> output,
    boolean holdsIndex,
    boolean holdsData,
    Scan scan,
    Optional<Path> base,
    PackMethod method,
    int threads,
    boolean isDirect,
    boolean mayReplace) {
  /** When to look through all data blocks for lost metadata. */
  public enum Scan {
    /** Where something is damaged. */
    AUTO,
    /** In any case. */
    ALWAYS,
    /** In no case. */
    NEVER
  }

  /** {@return the name of the output for a person to read} */
  String outputName() {
    return output.map(Path::toString).orElse("standard output");
  }
}
