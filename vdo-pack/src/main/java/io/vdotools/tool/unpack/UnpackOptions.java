package io.vdotools.tool.unpack;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param pack the pack
 * @param output the image to make; nothing to only verify the pack
 * @param base the pack that it is the difference to
 * @param threads how many threads unpack
 * @param isSalvage whether to go on past what is damaged
 * @param mayReplace whether what is at the output's name may go
 */
record UnpackOptions(
    Path pack,
    Optional<Path> output,
    Optional<Path> base,
    int threads,
    boolean isSalvage,
    boolean mayReplace) {}
