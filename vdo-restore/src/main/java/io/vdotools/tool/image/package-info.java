/**
 * The command {@code vdo_image}, which writes to volumes as the driver does, and damages them.
 *
 * <p>Start with {@link io.vdotools.tool.image.ImageCommand}. A {@link io.vdotools.tool.image.Step}
 * is what one subcommand, or one line of a script, does: it is made from arguments, checked against
 * what the volume will be by then, and run. {@link io.vdotools.tool.image.Session} is a volume that
 * is read and written; {@link io.vdotools.tool.image.Workload} decides what a seed writes.
 */
@NullMarked
package io.vdotools.tool.image;

import org.jspecify.annotations.NullMarked;
