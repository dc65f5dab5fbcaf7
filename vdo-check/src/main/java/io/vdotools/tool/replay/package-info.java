/** The command {@code vdo_replay}: crash recovery without the kernel. */
@NullMarked
package io.vdotools.tool.replay;

import org.jspecify.annotations.NullMarked;
