/**
 * {@code vdo_dump}: the metadata of a volume as XML, JSON Lines or text.
 *
 * <p>Start with {@link io.vdotools.tool.dump.DumpCommand}.
 */
@NullMarked
package io.vdotools.tool.dump;

import org.jspecify.annotations.NullMarked;
