/**
 * The command {@code vdo_export}: from arguments to a raw image and a report. Start with {@link
 * io.vdotools.tool.export.ExportCommand}; how content is found and read is in {@code
 * io.vdotools.engine}.
 */
@NullMarked
package io.vdotools.tool.export;

import org.jspecify.annotations.NullMarked;
