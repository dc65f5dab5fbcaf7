/**
 * The commands {@code vdo_format} and {@code vdo_size}, which share one arithmetic and most of
 * their options.
 *
 * <p>Start with {@link io.vdotools.tool.format.FormatCommand} or {@link
 * io.vdotools.tool.format.SizeCommand}: each turns arguments into {@link
 * io.vdotools.engine.format.FormatOptions}. {@link io.vdotools.tool.format.FormatTarget} knows what
 * may be formatted, the reports know what is shown.
 */
@NullMarked
package io.vdotools.tool.format;

import org.jspecify.annotations.NullMarked;
