package io.vdotools.tool.stats;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param source the volume
 * @param html where the report with pictures goes, if one is asked for
 * @param mayReplace whether what is at that name may go
 * @param memoryBytes what counters may take, at least {@link ReferenceCells#CHUNK_BYTES}
 */
record StatsOptions(Path source, Optional<Path> html, boolean mayReplace, long memoryBytes) {}
