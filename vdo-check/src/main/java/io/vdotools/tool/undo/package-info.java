/** The command {@code vdo_undo}: takes a change back from its undo file, or completes it. */
@NullMarked
package io.vdotools.tool.undo;

import org.jspecify.annotations.NullMarked;
