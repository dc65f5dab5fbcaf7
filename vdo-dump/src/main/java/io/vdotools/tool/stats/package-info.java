/**
 * {@code vdo_stats}: how much of a volume is used, saved and shared, and how full its slabs are.
 *
 * <p>Start with {@link io.vdotools.tool.stats.StatsCommand}; {@link
 * io.vdotools.tool.stats.FigureCount} counts, and the reports show the same {@link
 * io.vdotools.tool.stats.Figures}.
 */
@NullMarked
package io.vdotools.tool.stats;

import org.jspecify.annotations.NullMarked;
