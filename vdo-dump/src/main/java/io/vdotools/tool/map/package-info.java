/**
 * {@code vdo_map}: logical blocks to physical ones, and back.
 *
 * <p>Start with {@link io.vdotools.tool.map.MapCommand}.
 */
@NullMarked
package io.vdotools.tool.map;

import org.jspecify.annotations.NullMarked;
