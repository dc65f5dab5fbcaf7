/**
 * The command {@code vdo_restore}: a volume's metadata out of a dump.
 *
 * <p>Start with {@link io.vdotools.tool.restore.Restorer}.
 */
@NullMarked
package io.vdotools.tool.restore;

import org.jspecify.annotations.NullMarked;
