package io.vdotools.tool.dump;

import io.vdotools.engine.WalkOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param source the volume
 * @param output where the dump goes; nothing for standard output
 * @param mayReplace whether what is at the output's name may go
 * @param format what the dump is written as
 * @param walk what of the volume is told
 */
record DumpOptions(
    Path source, Optional<Path> output, boolean mayReplace, DumpFormat format, WalkOptions walk) {}
